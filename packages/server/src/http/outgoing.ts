/** What is about to be sent, in plain parts. Header names are in lower case. */
export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`, each a header of its own. */
  readonly cookies?: readonly string[] | undefined
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
}
