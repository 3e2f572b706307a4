/**
 * - `server_unreachable`: no answer came, or not within ten seconds.
 * - `server_refused`: the server said no; `status` and `serverCode` say how.
 * - `answer_invalid`: the answer is not one of the server's.
 */
export type DeviceErrorCode = 'server_unreachable' | 'server_refused' | 'answer_invalid'

/** The server could not be talked to, or said no. No message holds a token. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode
  /** The status of the answer, where there was one. */
  readonly status: number | undefined
  /** The `code` of the server's problem details (RFC 9457), where it sent one. */
  readonly serverCode: string | undefined

  constructor(
    code: DeviceErrorCode,
    message: string,
    { status, serverCode, cause }: { status?: number; serverCode?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'DeviceError'
    this.code = code
    this.status = status
    this.serverCode = serverCode
  }
}
