"""Reads one column of an export from its address with DuckDB, polars, pyarrow and pandas, and counts what they transfer.

    pip install duckdb polars pyarrow pandas fsspec aiohttp
    python bench/peers/read_exports.py http://127.0.0.1:4000 [DATASET]

A proxy in this process counts requests and bytes of bodies. DuckDB reads through fsspec, which needs no extension of DuckDB;
its extension httpfs reads addresses by itself. Each reader is measured on a file that the server has already written.
"""

import datetime
import http.client
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import duckdb
import fsspec
import pandas
import polars
import pyarrow.parquet
from fsspec.implementations.http import HTTPFileSystem

SERVICE = urllib.parse.urlsplit(sys.argv[1])
DATASET = sys.argv[2] if len(sys.argv) > 2 else "mini-cnn"
COLUMN = "validationAccuracy"
counts = {"requests": 0, "bytes": 0}


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self):
        connection = http.client.HTTPConnection(SERVICE.hostname, SERVICE.port, timeout=300)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, headers=headers)
        answer = connection.getresponse()
        counts["requests"] += 1
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "keep-alive", "transfer-encoding", "content-length", "date"):
                self.send_header(name, value)
        length = answer.getheader("content-length")
        self.send_header("content-length", length) if length else self.send_header("connection", "close")
        self.end_headers()
        try:
            while part := answer.read(16_384):
                self.wfile.write(part)
                counts["bytes"] += len(part)
        except ConnectionError:
            self.close_connection = True  # The reader wants no more.
        connection.close()

    do_GET = do_HEAD = forward

    def log_message(self, *_):
        pass


class HttpForDuckDB(HTTPFileSystem):
    """DuckDB 2 asks when a file was modified, which fsspec does not tell of an address. fsspec asks for the whole file, and
    closes the connection, to see whether it exists."""

    async def _exists(self, path, **_):
        return True

    def modified(self, path):
        return datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)


def read_with_duckdb(url):
    with duckdb.connect() as database:
        database.register_filesystem(HttpForDuckDB(block_size=16_384))
        return database.sql(f"SELECT avg({COLUMN}) FROM read_parquet('{url}')").fetchall()[0][0]


def read_with_polars(url):
    return polars.scan_parquet(url).select(polars.col(COLUMN).mean()).collect().item()


def read_with_pyarrow(url):
    with fsspec.filesystem("http", block_size=16_384).open(url) as file:
        return pyarrow.parquet.read_table(file, columns=[COLUMN])[COLUMN].to_pandas().mean()


def read_with_pandas(url):
    return pandas.read_parquet(url, columns=[COLUMN])[COLUMN].mean()


def read_with_pandas_and_fsspec(url):
    with fsspec.filesystem("http", block_size=16_384).open(url) as file:
        return pandas.read_parquet(file, columns=[COLUMN])[COLUMN].mean()


READERS = {
    f"DuckDB {duckdb.__version__} over fsspec": read_with_duckdb,
    f"polars {polars.__version__}, `scan_parquet(URL)`": read_with_polars,
    f"pyarrow {pyarrow.__version__} over fsspec": read_with_pyarrow,
    f"pandas {pandas.__version__} over fsspec": read_with_pandas_and_fsspec,
    f"pandas {pandas.__version__}, `read_parquet(URL)`": read_with_pandas,
}


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("| file | reader | requests | bytes | of the file | seconds |\n| --- | --- | --- | --- | --- | --- |")
    for file in (f"{DATASET}.parquet", f"{DATASET}/evaluations.parquet"):
        url = f"http://127.0.0.1:{server.server_port}/export/{file}"
        with fsspec.filesystem("http").open(url) as whole:
            size = len(whole.read())
        means = set()
        for name, read in READERS.items():
            counts.update(requests=0, bytes=0)
            start = time.perf_counter()
            means.add(round(read(url), 9))
            seconds = time.perf_counter() - start
            share = f"{100 * counts['bytes'] / size:.1f}%"
            print(f"| `{file}` ({size:,}) | {name} | {counts['requests']} | {counts['bytes']:,} | {share} | {seconds:.1f} |", flush=True)
        assert len(means) == 1, means
    server.shutdown()


main()
