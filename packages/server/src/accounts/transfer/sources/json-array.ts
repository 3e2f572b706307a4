import { RecordFault } from '../transferred-person.ts'

/** One account has less than this; a file in which an object does not end is not what it should be. */
const longestObject = 1024 * 1024

/**
 * The texts of the objects in one array of a JSON file, however long the file: the array that is the whole file, or that
 * of a member of the object that is the whole file.
 * @throws {RecordFault} if an object has no end, or the array is not there
 */
export async function* objectsIn(
  chunks: AsyncIterable<string>,
  member: string | undefined,
): AsyncGenerator<string> {
  /** How deep an object of the array begins. */
  const elementDepth = member === undefined ? 1 : 2
  let isThere = false
  let isInArray = false
  let depth = 0
  let isInString = false
  let isEscaped = false
  /** The last string at the depth of the members, and whether a colon came behind it. */
  let name = ''
  let isNamed = false
  let element: string | undefined

  for await (const chunk of chunks) {
    // Where the part of this chunk begins that belongs to the object.
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk[at]!
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (character === '\\') isEscaped = true
        else if (character === '"') isInString = false
        else if (depth === 1 && !isNamed && name.length < 100) name += character
        continue
      }
      switch (character) {
        case '"':
          isInString = true
          if (!isNamed) name = ''
          break
        case ':':
          if (depth === 1) isNamed = true
          break
        case ',':
          if (depth === 1) isNamed = false
          break
        case '[':
        case '{':
          if (depth === elementDepth - 1 && !isInArray && character === '[') {
            isInArray = member === undefined || (isNamed && name === member)
            isThere ||= isInArray
          } else if (isInArray && depth === elementDepth && character === '{') {
            element = ''
            from = at
          }
          depth += 1
          break
        case ']':
        case '}':
          depth -= 1
          if (isInArray && depth === elementDepth && element !== undefined) {
            yield element + chunk.slice(from, at + 1)
            element = undefined
          } else if (depth === elementDepth - 1) isInArray = false
          break
      }
    }
    if (element === undefined) continue
    element += chunk.slice(from)
    if (element.length > longestObject) throw new RecordFault('an object of the file does not end')
  }
  if (depth !== 0) throw new RecordFault('the file ends before its end')
  if (!isThere) throw new RecordFault(`the file has no list${member === undefined ? '' : ` ${member}`}`)
}
