/** A change within a text: what stands from `start` to `end` becomes `after`. */
export interface Edit<Kind extends string = string> {
  readonly kind: Kind
  readonly start: number
  readonly end: number
  readonly after: string
}

export type SqlKind = 'where' | 'bound' | 'set' | 'order' | 'minmax'

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
  /** How many parentheses are open around it. */
  readonly depth: number
}

/** Whether a text is SQL, or a part of a statement that is put together. Our SQL writes its keywords in capitals. */
export function isSql(text: string): boolean {
  return /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|AND|ORDER BY)\b/.test(text)
}

/**
 * Changes to one statement. Conditions are made void as `(… OR 1 = 1)`, so that the number of parameters stays and the
 * database does not object because of that. `opaque` are spans, such as `${…}` of a template, that are kept whole.
 */
export function sqlEdits(
  text: string,
  opaque: readonly { readonly start: number; readonly end: number }[] = [],
): Edit<SqlKind>[] {
  const tokens = tokensOf(text, opaque)
  const edits: Edit<SqlKind>[] = []
  for (const [at, { text: word, start, end, depth }] of tokens.entries()) {
    const next = tokens[at + 1]
    if (word === 'WHERE' || (word === 'ON' && next?.text !== 'CONFLICT')) {
      for (const term of termsAfter(tokens, at)) {
        const condition = text.slice(term.start, term.end)
        edits.push({ kind: 'where', ...term, after: `(${condition} OR 1 = 1)` })
      }
    }
    // A statement that is put together has parts that begin with their AND.
    if (word === 'AND' && at === 0) {
      for (const term of termsAfter(tokens, at)) {
        edits.push({ kind: 'where', ...term, after: `(${text.slice(term.start, term.end)} OR 1 = 1)` })
      }
    }
    if (word === 'SET' && !isConflict(tokens, at)) edits.push(...setEdits(text, tokens, at))
    const bound = bounds[word]
    if (bound !== undefined) edits.push({ kind: 'bound', start, end, after: bound })
    if ((word === 'MIN' || word === 'MAX') && next?.text === '(' && next.depth === depth) {
      edits.push({ kind: 'minmax', start, end, after: word === 'MIN' ? 'MAX' : 'MIN' })
    }
    if (word === 'DESC') edits.push({ kind: 'order', start, end, after: '' })
  }
  return edits
}

const bounds: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }

/** Each `column = value` of a SET, which then leaves the column as it is. */
function setEdits(text: string, tokens: readonly Token[], at: number): Edit<'set'>[] {
  const inner = clauseAfter(tokens, at)
  const edits: Edit<'set'>[] = []
  let from = 0
  for (let to = 0; to <= inner.length; to++) {
    const token = inner[to]
    if (token !== undefined && !(token.text === ',' && token.depth === inner[0]?.depth)) continue
    const [column, equals, ...value] = inner.slice(from, to)
    from = to + 1
    const [first, last] = [value[0], value.at(-1)]
    if (column === undefined || equals?.text !== '=' || first === undefined || last === undefined) continue
    // `name = name` holds a row and changes nothing.
    if (value.length === 1 && first.text === column.text) continue
    const after = `CASE WHEN 1 = 1 THEN ${column.text} ELSE ${text.slice(first.start, last.end)} END`
    edits.push({ kind: 'set', start: first.start, end: last.end, after })
  }
  return edits
}

/** In an upsert, a bare column means two rows. */
function isConflict(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 2]?.text === 'DO'
}

const clauseEnds = new Set(
  'ORDER GROUP LIMIT RETURNING UNION HAVING FOR ON DO WHERE JOIN LEFT INNER CROSS ; SET VALUES FROM'.split(
    ' ',
  ),
)

/** The tokens of the clause that a keyword begins. */
function clauseAfter(tokens: readonly Token[], at: number): Token[] {
  const { depth } = tokens[at]!
  const rest = tokens.slice(at + 1)
  const end = rest.findIndex(
    (token) => token.depth < depth || (token.depth === depth && clauseEnds.has(token.text)),
  )
  return end === -1 ? rest : rest.slice(0, end)
}

/** The conditions that a clause joins by AND. */
function termsAfter(tokens: readonly Token[], at: number): { start: number; end: number }[] {
  const { depth } = tokens[at]!
  const terms: Token[][] = [[]]
  let isBetween = false
  for (const token of clauseAfter(tokens, at)) {
    const isOwn = token.depth === depth
    if (isOwn && token.text === 'AND' && !isBetween) terms.push([])
    else terms.at(-1)?.push(token)
    if (isOwn && token.text === 'BETWEEN') isBetween = true
    else if (isOwn && token.text === 'AND') isBetween = false
  }
  return terms
    .filter((term) => term.length > 0)
    .map((term) => ({ start: term[0]!.start, end: term.at(-1)!.end }))
}

function tokensOf(text: string, opaque: readonly { start: number; end: number }[]): Token[] {
  const tokens: Token[] = []
  const pattern = /'(?:[^']|'')*'|\$?\w+|<=|>=|<>|!=|\S/gy
  let depth = 0
  for (let at = 0; at < text.length; ) {
    const whole = opaque.find(({ start }) => start === at)
    pattern.lastIndex = at
    const end = whole?.end ?? (pattern.test(text) ? pattern.lastIndex : at + 1)
    const token = text.slice(at, end)
    if (whole === undefined && token === ')') depth -= 1
    // A closing parenthesis is as deep as the opening one: both belong to what stands around them.
    if (token.trim() !== '') tokens.push({ text: token, start: at, end, depth })
    if (whole === undefined && token === '(') depth += 1
    at = end
  }
  return tokens
}
