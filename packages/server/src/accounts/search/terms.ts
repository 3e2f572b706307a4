import { usernameKey } from '../users/username-key.ts'

/** A person as they are searched for. */
export interface Names {
  readonly username: string
  readonly display_name: string | null
  readonly addresses: readonly string[]
}

/** Code points of a term, and of a word that is searched for: what stands behind them is not looked at. */
const longest = 60
const mostOfText = 20
/** Words of one search. */
export const mostWords = 8

/**
 * The texts by whose beginnings a person is found: their names and addresses, from each word on. `Ada Lovelace` is found by
 * `ada`, `lovel` and `ada lo`; an address by its beginning, and by its domain. Case and accents do not count.
 */
export function termsOf({ username, display_name, addresses }: Names): string[] {
  const names = [username, display_name ?? ''].flatMap(fromEachWord)
  const terms = new Set([...names, ...addresses.flatMap(fromEachPart)])
  // What is the beginning of another term is found by that one.
  const sorted = [...terms].sort()
  return sorted.filter((term, at) => !sorted[at + 1]?.startsWith(term))
}

/** The words of a search, each of which has to begin a term. */
export function wordsOf(text: string): string[] {
  const words = folded(text)
    .split(' ')
    .filter((word) => word !== '')
    .map(cut)
  return [...new Set(words)].slice(0, mostWords)
}

/** Scripts that put no blanks between words: each character may begin one. */
const letterOrDigit = /[\p{L}\p{N}]/u
const withoutBlanks = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]/u

function fromEachWord(text: string): string[] {
  const characters = [...folded(text)]
  const starts = characters.flatMap((character, at) => {
    const before = characters[at - 1]
    if (before === undefined || withoutBlanks.test(character)) return [at]
    return letterOrDigit.test(character) && !letterOrDigit.test(before) ? [at] : []
  })
  return starts.slice(0, mostOfText).map((start) => characters.slice(start, start + longest).join(''))
}

/** The labels of a domain are no words: everybody has `com`. */
function fromEachPart(address: string): string[] {
  const key = folded(address)
  const at = key.lastIndexOf('@')
  const starts = fromEachWord(key.slice(0, at)).map((start) => `${start}${key.slice(at)}`)
  return [...starts, key.slice(at + 1)].map(cut)
}

const cut = (text: string) => [...text].slice(0, longest).join('')

function folded(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '')
  return usernameKey(plain).replaceAll(/\s+/g, ' ').trim()
}
