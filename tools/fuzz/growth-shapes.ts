/** Hostile texts and documents by their names, each a function of a size in characters. */
export type Shapes = Readonly<Record<string, (size: number) => string>>

const units: readonly string[] = [
  ...[
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t ',
    '\0',
    '.',
    ',',
    ', ',
    ';',
    ':',
    '/',
    '=',
    '-',
    '+',
    '#',
    '$',
    '!',
    '|',
    '@',
  ],
  ...[
    '\\',
    '"',
    "'",
    '%',
    '%25',
    '%2',
    '&',
    '&lt;',
    '<',
    '<a:',
    '(',
    '[',
    '{',
    '{"a":',
    '["',
    '\\u00',
    '\\"',
  ],
  ...[
    'a',
    'A',
    '0',
    '1',
    '_',
    'é',
    '\u{1f600}',
    '\ufeff',
    '0x',
    '\\x',
    '\\u006b',
    'a=',
    'a=b; ',
    'a="b", ',
    'a b',
  ],
  ...[
    'kty',
    '"kty"',
    'kty=',
    '-----',
    '-----BEGIN ',
    '-----BEGIN A-----',
    '-----END ',
    'ssh-',
    '-- BEGIN',
    'MII',
  ],
  ...[
    'ey',
    'Bearer ',
    'Basic ',
    'DPoP ',
    'lk_a_',
    '../',
    '//',
    '::',
    'a/',
    '+/',
    '#/',
    '/+',
    'data:',
    'id: a\n',
  ],
]

/** One piece again and again, and the same with an end that makes a pattern try all over. */
export const texts: Shapes = Object.fromEntries(
  units.flatMap((unit) => {
    const fill = (size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
    return [
      [`${JSON.stringify(unit)} repeated`, fill],
      [`${JSON.stringify(unit)} repeated, then x`, (size: number) => `${fill(size - 1)}x`],
      [`x, then ${JSON.stringify(unit)} repeated, then !`, (size: number) => `x${fill(size - 2)}!`],
    ]
  }),
)

const listed = (size: number, write: (index: number) => string, before: string, after: string) => {
  const items: string[] = []
  for (let length = 0; length < size; length += items.at(-1)!.length + 1) items.push(write(items.length))
  return `${before}${items.join(',')}${after}`
}

/** JSON, right and nearly right. */
export const documents: Shapes = {
  'many members': (size) => listed(size, (i) => `"k${i}":0`, '{', '}'),
  'many members of one name': (size) => listed(size, () => '"a":0', '{', '}'),
  'many members with numbers for names': (size) => listed(size, (i) => `"${i}":0`, '{', '}'),
  'many members that collide with prototypes': (size) => listed(size, (i) => `"__proto__${i}":{}`, '{', '}'),
  'many required claims that are wrong': (size) =>
    listed(size, () => '"exp":"x","nbf":"x","iat":"x"', '{', '}'),
  'many members named like secrets': (size) => listed(size, (i) => `"password${i}":"x"`, '{', '}'),
  'many times': (size) => listed(size, (i) => `"k${i}":1e11`, '{"exp":1e12,', '}'),
  'a long list of numbers': (size) => listed(size, (i) => `${i}`, '{"aud":[', ']}'),
  'a long list of texts': (size) => listed(size, () => '"a"', '{"aud":[', ']}'),
  'a long list of lists': (size) => listed(size, () => '[]', '{"a":[', ']}'),
  'a long list of objects': (size) => listed(size, () => '{}', '{"a":[', ']}'),
  'critical names': (size) => listed(size, (i) => `"c${i}"`, '{"alg":"HS256","crit":[', ']}'),
  'lists in lists': (size) => `{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`,
  'objects in objects': (size) => '{"a":'.repeat(size / 6) + 0 + '}'.repeat(size / 6),
  'lists in lists without an end': (size) => `{"a":${'['.repeat(size)}`,
  'one long text': (size) => `{"alg":"HS256","iss":"${'a'.repeat(size)}"}`,
  'one long name': (size) => `{"${'a'.repeat(size)}":0}`,
  'one long text of escapes': (size) => `{"iss":"${'\\u0061'.repeat(size / 6)}"}`,
  'one long text of backslashes': (size) => `{"iss":"${'\\\\'.repeat(size / 2)}"}`,
  'one long text without an end': (size) => `{"iss":"${'\\"'.repeat(size / 2)}`,
  'one long text beyond ASCII': (size) => `{"iss":"${'é'.repeat(size / 2)}"}`,
  'one long number': (size) => `{"exp":${'9'.repeat(size)}}`,
  'one long fraction': (size) => `{"exp":0.${'0'.repeat(size)}1}`,
  'one long exponent': (size) => `{"exp":1e${'9'.repeat(size)}}`,
  'blanks within': (size) => `{${' \n'.repeat(size / 2)}"exp":1}`,
  'blanks before the end': (size) => `{"exp":1${' '.repeat(size)}`,
  'colons alone': (size) => `{"a"${':'.repeat(size)}}`,
  'commas alone': (size) => `{"a":0${','.repeat(size)}}`,
}
