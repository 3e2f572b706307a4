/**
 * What the code that also runs in browsers asks of the platform; `web/platform.ts` is its like elsewhere. Chosen by
 * the condition `node` of `imports` in package.json, as `#platform`. Code for Node alone imports the files themselves.
 */
import { type JsonObject, parseObject } from './json.ts'

export { decode, encode, encodeText } from './base64url.ts'
export { defaultMaxLength, headerEnd, parseSegment, payloadEnd } from './parse.ts'

/** One JSON object, strictly: see `parseObject`. */
export function parseJson(bytes: Uint8Array): JsonObject {
  return parseObject(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length)
}
