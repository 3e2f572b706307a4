import { Refusal } from '../../errors.ts'
import { parseJson } from '../../json.ts'

/** What a device has answered, as JSON: it may answer with anything, and what is not JSON that we would take is a text. */
export function readableReply(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload)
  if (text === '') return 'null'
  try {
    parseJson(text, 'the reply')
    return text
  } catch (error) {
    if (error instanceof Refusal) return JSON.stringify(text)
    throw error
  }
}
