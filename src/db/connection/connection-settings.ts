/**
 * Detects a cut in the network that nobody reports. On this side, the system sends ten probes, one per second, after 10
 * s of silence. On the other side, PostgreSQL ends the session of a lost client, with its transaction and locks, after
 * 25 s of silence, or 30 s after an answer that the client did not acknowledge.
 */
export const SOCKET_SETTINGS = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000',
}
