/** The client of a request, as the log has it. */
export interface ClientInfo {
  /** The client's address as the edge saw it, without port or brackets. */
  readonly address: string
  /** The header `User-Agent`, 256 characters at most. */
  readonly userAgent?: string | undefined
  /** `req_…`, which the answer carries too. */
  readonly requestId?: string | undefined
}
