import { usernameKey } from './username-key.ts'

/**
 * What a user name looks like: two names of one skeleton are easily taken for one another. The idea is that of the Unicode
 * Technical Standard 39, section 4; the table is our own and small, of the letters that pass for Latin ones in common fonts.
 * Names that look alike are told to whoever creates one, and not refused: many are honest.
 */
export function skeletonOf(username: string): string {
  let skeleton = ''
  for (const character of usernameKey(username)) skeleton += shapes.get(character) ?? character
  return skeleton.replaceAll('rn', 'm').replaceAll('vv', 'w')
}

/** What whoever created a user is told of the names that look like theirs. */
export function lookAlikeWarnings(names: readonly string[]): string[] {
  return names.map((name) => `the name looks like that of the user ${name}`)
}

/**
 * What each letter is mistaken for, in lower case: digits, Cyrillic, Greek, and Latin letters of other alphabets. I is mistaken
 * for l as a capital and is i as a small letter, so i, l and 1 are one.
 */
const lookAlikes: Readonly<Record<string, string>> = {
  a: 'аαɑ',
  b: 'вьβƅ',
  c: 'сϲ',
  d: 'ԁɗ',
  e: 'еεҽє',
  g: 'ɡԍ',
  h: 'һнη',
  j: 'јϳ',
  k: 'кκ',
  l: 'i1|іıιɩӏǀ',
  m: 'мμ',
  n: 'пոν',
  o: '0оοσօ',
  p: 'рρ',
  q: 'ԛգ',
  r: 'гᴦ',
  s: 'ѕ',
  t: 'тτ',
  u: 'υսᴜ',
  v: 'ѵᴠ',
  w: 'ѡԝɯω',
  x: 'хχ',
  y: 'уүγ',
  z: 'ᴢƶζ',
}

const shapes = new Map(
  Object.entries(lookAlikes).flatMap(([letter, others]) =>
    [...others].map((other) => [other, letter] as const),
  ),
)
