/** The part of Fastify's reply that a guard uses. */
export interface FastifyReplyLike {
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body?: unknown): unknown
}

/** Answer by the reply, so that the headers that other plugins have set on it, CORS for one, are sent as well. */
export function send(
  reply: FastifyReplyLike,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string | undefined,
): void {
  reply.code(status)
  reply.headers({ ...headers })
  // Fastify adds a charset to JSON that is text, and leaves bytes alone.
  reply.send(text === undefined ? undefined : Buffer.from(text))
}
