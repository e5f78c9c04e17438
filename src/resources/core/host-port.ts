/** `10.0.0.1:80`, `[fd00::1]:80`. Source: Go's net.JoinHostPort. */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
