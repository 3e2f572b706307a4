/**
 * The code of a {@link DeviceError}:
 * - `server_unreachable`: the server did not answer within ten seconds.
 * - `server_refused`: the server refused; `status` and `serverCode` give the reason.
 * - `answer_invalid`: the answer is not one of the server's.
 */
export type DeviceErrorCode = 'server_unreachable' | 'server_refused' | 'answer_invalid'

/** What the requests of a device reject with. No message holds a token. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode
  /** The HTTP status of the answer, if there was one. */
  readonly status: number | undefined
  /** The `code` of the server's problem details (RFC 9457), if it sent one. */
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
