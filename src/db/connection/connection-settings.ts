/**
 * How a cut that nobody reports is noticed. On this side: a probe after 10 s of silence (the system sends ten, a second
 * apart). On PostgreSQL's side: the session of a client that is gone ends, with its transaction and its locks, after 25 s
 * of silence, or 30 s after an answer that was not acknowledged.
 */
export const SOCKET_SETTINGS = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000',
}
