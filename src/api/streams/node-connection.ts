import type { Result } from '../../base/result.ts'
import type { Status } from '../../meta/status.ts'

/** A container that a stream is about. */
export interface ContainerRef {
  readonly namespace: string
  readonly pod: string
  /** Empty: the only one, or the one the default-container annotation names. */
  readonly container: string
}

/** What `kubectl logs` asks for. Source: core/v1 PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly sinceSeconds?: number
  readonly sinceTime?: string
  readonly tailLines?: number
  readonly limitBytes?: number
  readonly stream?: 'All' | 'Stdout' | 'Stderr'
}

/** What exec and attach ask for. Source: core/v1 PodExecOptions. */
export interface TerminalOptions {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** A process's ends. `output` ends when the process did; then `exit` tells how. */
export interface TerminalSession {
  write(bytes: Uint8Array): Promise<void>
  closeStdin(): void
  resize(width: number, height: number): void
  readonly output: AsyncIterable<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }>
  /** After the output has ended: Success, or a Status with reason NonZeroExitCode. */
  exit(): Promise<Status>
  close(): void
}

/** A connection into a Pod's network. */
export interface PortConnection {
  write(bytes: Uint8Array): Promise<void>
  closeWrite(): void
  readonly incoming: AsyncIterable<Uint8Array>
  close(): void
}

/** What the API asks of the node that runs a Pod; wired in the control plane, in process or over mTLS. */
export interface NodeConnection {
  logs(ref: ContainerRef, options: LogOptions, signal: AbortSignal): Promise<Result<AsyncIterable<Uint8Array>, Status>>
  exec(ref: ContainerRef, options: TerminalOptions): Promise<Result<TerminalSession, Status>>
  attach(ref: ContainerRef, options: TerminalOptions): Promise<Result<TerminalSession, Status>>
  dial(namespace: string, pod: string, port: number): Promise<Result<PortConnection, Status>>
}
