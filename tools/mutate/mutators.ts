import { type Node, parseSync, visitorKeys } from 'oxc-parser'
import { type Edit, isSql, type SqlKind, sqlEdits } from './sql.ts'

/** What a mutation changes; the report counts by it. */
export type Kind =
  /** A condition negated, or `===` made `!==`. */
  | 'condition'
  /** An `if` that refuses or returns early, or a `throw`, left out. */
  | 'guard'
  /** `&&` and `||` exchanged, or one side left out. */
  | 'logic'
  /** `given ?? fallback` made the fallback. */
  | 'fallback'
  /** A whole number raised by one. */
  | 'limit'
  /** `Math.max` and `Math.min` exchanged, in SQL too. */
  | 'minmax'
  /** `^` or `$` left out of a regular expression. */
  | 'anchor'
  /** A row of the activity log left out. */
  | 'record'
  /** A statement that awaits left out, inside a transaction. */
  | 'transaction'
  /** A statement that awaits left out, elsewhere. */
  | 'await'
  /** A code, a reason or an event made another text. */
  | 'reason'
  /** An option left out. */
  | 'option'
  /** `true` and `false` exchanged. */
  | 'flag'
  | SqlKind

export interface Mutation {
  readonly file: string
  readonly kind: Kind
  /** Counted from 1. */
  readonly line: number
  /** The first line of the text that is changed, without its indentation: it finds the place again when lines move. */
  readonly on: string
  readonly start: number
  readonly end: number
  readonly before: string
  readonly after: string
}

/** Every single change of a file that `npm run mutate` may try, in the order of the text. */
export function mutationsOf(file: string, text: string): Mutation[] {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const edits: Edit<Kind>[] = []
  walk(program, [], (node, parents) => edits.push(...editsOf(node, parents, { file, text })))
  const seen = new Set<string>()
  return edits
    .map((edit) => mutationOf(file, text, edit))
    .filter(({ start, end, before, after }) => {
      const key = `${start} ${end} ${after}`
      return after !== before && !seen.has(key) && seen.add(key)
    })
    .sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The text of a file with one mutation in it. */
export function mutated(text: string, { start, end, after }: Edit | Mutation): string {
  return text.slice(0, start) + after + text.slice(end)
}

function mutationOf(file: string, text: string, { kind, start, end, after }: Edit<Kind>): Mutation {
  const line = text.slice(0, start).split('\n').length
  const on = text.split('\n')[line - 1]?.trim() ?? ''
  return { file, kind, line, on, start, end, before: text.slice(start, end), after }
}

/** Parents come first, the nearest last. Types are left out: Node strips them. */
function walk(
  node: Node,
  parents: readonly Node[],
  visit: (node: Node, parents: readonly Node[]) => void,
): void {
  if (node.type.startsWith('TS') && !isWrapper(node)) return
  if (node.type === 'ImportDeclaration') return
  visit(node, parents)
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key)
    for (const child of Array.isArray(value) ? value : [value]) {
      // The keys of a node lead to nodes, lists of them, or nothing.
      if (typeof child === 'object' && child !== null) walk(child as Node, [...parents, node], visit)
    }
  }
}

function isWrapper({ type }: Node): boolean {
  return ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(type)
}

interface Place {
  readonly file: string
  readonly text: string
}

function editsOf(node: Node, parents: readonly Node[], place: Place): Edit<Kind>[] {
  const { start, end } = node
  const textOf = (part: Node) => place.text.slice(part.start, part.end)
  const parent = parents.at(-1)
  switch (node.type) {
    case 'IfStatement': {
      const edits: Edit<Kind>[] = [negation(node.test, place.text)]
      if (!node.alternate && leaves(node.consequent)) edits.push({ kind: 'guard', start, end, after: '{}' })
      return edits
    }
    case 'ConditionalExpression':
      return [negation(node.test, place.text)]
    case 'ThrowStatement':
      return isAllOfAnIf(node, parents) ? [] : [{ kind: 'guard', start, end, after: ';' }]
    case 'LogicalExpression': {
      const [left, right] = [textOf(node.left), textOf(node.right)]
      if (node.operator === '??') return [{ kind: 'fallback', start, end, after: `(${right})` }]
      const other = node.operator === '&&' ? '||' : '&&'
      return [`(${left} ${other} ${right})`, `(${left})`, `(${right})`].map((after) => ({
        kind: 'logic',
        start,
        end,
        after,
      }))
    }
    case 'BinaryExpression': {
      const [kind, after] = comparisons[node.operator] ?? []
      if (kind === undefined || after === undefined) return []
      const between = place.text.slice(node.left.end, node.right.start)
      const at = node.left.end + between.indexOf(node.operator)
      return [{ kind, start: at, end: at + node.operator.length, after }]
    }
    case 'CallExpression':
      return callEdits(node, parents, textOf)
    case 'ExpressionStatement': {
      if (node.expression.type !== 'AwaitExpression' || isRecord(node.expression.argument)) return []
      const kind = isInTransaction(parents) ? 'transaction' : 'await'
      return [{ kind, start, end, after: ';' }]
    }
    case 'TemplateLiteral': {
      const opaque = node.expressions.map((expression) => ({
        start: place.text.lastIndexOf('${', expression.start) - start,
        end: place.text.indexOf('}', expression.end) + 1 - start,
      }))
      return sqlEditsAt(place.text.slice(start, end), start, opaque)
    }
    case 'Literal':
      return literalEdits(node, parents, place.text)
    case 'Property':
      return isOptionOfConnection(parents, place) ? [removal(node, parent, place.text)] : []
    default:
      return []
  }
}

const comparisons: Readonly<Record<string, readonly [Kind, string]>> = {
  '===': ['condition', '!=='],
  '!==': ['condition', '==='],
  '<': ['bound', '<='],
  '<=': ['bound', '<'],
  '>': ['bound', '>='],
  '>=': ['bound', '>'],
}

function negation(test: Node, text: string): Edit<Kind> {
  const { start, end } = test
  return { kind: 'condition', start, end, after: `!(${text.slice(start, end)})` }
}

/** Whether a statement ends the function or the turn of a loop that it stands in. */
function leaves(statement: Node): boolean {
  if (statement.type === 'BlockStatement') {
    const last = statement.body.at(-1)
    return last !== undefined && leaves(last)
  }
  return ['ThrowStatement', 'ReturnStatement', 'ContinueStatement', 'BreakStatement'].includes(statement.type)
}

/** `if (…) throw …` is left out whole. */
function isAllOfAnIf(node: Node, parents: readonly Node[]): boolean {
  const [outer, parent] = [parents.at(-2), parents.at(-1)]
  if (parent?.type === 'IfStatement') return !parent.alternate
  return (
    parent?.type === 'BlockStatement' && outer?.type === 'IfStatement' && !outer.alternate && leaves(node)
  )
}

function callEdits(
  node: Extract<Node, { type: 'CallExpression' }>,
  parents: readonly Node[],
  textOf: (part: Node) => string,
): Edit<Kind>[] {
  const { start, end, callee } = node
  const called = textOf(callee)
  if (called === 'Math.min' || called === 'Math.max') {
    const after = called === 'Math.min' ? 'Math.max' : 'Math.min'
    return [{ kind: 'minmax', start: callee.start, end: callee.end, after }]
  }
  // `activity.record(…).catch(…)` goes as a whole with what it is called on.
  if (!isRecord(node) || parents.some(isRecord)) return []
  return [{ kind: 'record', start, end, after: 'Promise.resolve()' }]
}

function isRecord(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { property } = node.callee
  return property.type === 'Identifier' && /^record(Alone|Refusal|Refused)?$/.test(property.name)
}

function isInTransaction(parents: readonly Node[]): boolean {
  return parents.some(
    (node) =>
      node.type === 'CallExpression' &&
      node.callee.type === 'MemberExpression' &&
      node.callee.property.type === 'Identifier' &&
      node.callee.property.name === 'transaction',
  )
}

function literalEdits(
  node: Extract<Node, { type: 'Literal' }>,
  parents: readonly Node[],
  text: string,
): Edit<Kind>[] {
  const { start, end, value } = node
  const parent = parents.at(-1)
  if (parent?.type === 'Property' && parent.key === node && !parent.computed) return []
  if ('regex' in node && node.regex) return anchorEdits(node.regex.pattern, start)
  if (typeof value === 'boolean') return [{ kind: 'flag', start, end, after: String(!value) }]
  if (typeof value === 'number') {
    // An index says which, not how many.
    const isIndex = parent?.type === 'MemberExpression' && parent.property === node
    const isWhole = Number.isSafeInteger(value) && !isIndex && !isListOfNames(parents.at(-2))
    return isWhole ? [{ kind: 'limit', start, end, after: `(${text.slice(start, end)} + 1)` }] : []
  }
  if (typeof value !== 'string') return []
  if (isSql(value)) return sqlEditsAt(text.slice(start, end), start)
  const isCode = /^[a-z]+([_.][a-z\d]+)+$/.test(value) && isSaid(parent)
  return isCode ? [{ kind: 'reason', start, end, after: `'mutated'` }] : []
}

/** `{ issuer: 1, audience: 1 }`: what counts are the names. */
function isListOfNames(object: Node | undefined): boolean {
  if (object?.type !== 'ObjectExpression' || object.properties.length < 2) return false
  return object.properties.every(
    (one) => one.type === 'SpreadElement' || (one.value.type === 'Literal' && one.value.value === 1),
  )
}

/** Whether a text goes somewhere, rather than being compared or being a name. */
function isSaid(parent: Node | undefined): boolean {
  const types = [
    'CallExpression',
    'NewExpression',
    'Property',
    'ReturnStatement',
    'ConditionalExpression',
    'LogicalExpression',
    'ArrowFunctionExpression',
  ]
  return parent !== undefined && types.includes(parent.type)
}

function anchorEdits(pattern: string, literalStart: number): Edit<Kind>[] {
  const edits: Edit<Kind>[] = []
  const begin = literalStart + 1
  const end = begin + pattern.length
  if (pattern.startsWith('^')) edits.push({ kind: 'anchor', start: begin, end: begin + 1, after: '' })
  // A backslash before it, itself not escaped, makes it an ordinary letter.
  if (/(?<!\\)(\\\\)*\$$/.test(pattern)) edits.push({ kind: 'anchor', start: end - 1, end, after: '' })
  return edits
}

function sqlEditsAt(
  literal: string,
  start: number,
  opaque: readonly { readonly start: number; readonly end: number }[] = [],
): Edit<Kind>[] {
  const inner = literal.slice(1, -1)
  if (!isSql(inner)) return []
  const spans = opaque.map((span) => ({ start: span.start - 1, end: span.end - 1 }))
  return sqlEdits(inner, spans).map((edit) => ({
    ...edit,
    start: edit.start + start + 1,
    end: edit.end + start + 1,
  }))
}

/** Options of what connects or listens: their absence is seen only when something goes wrong beneath. */
function isOptionOfConnection(parents: readonly Node[], { file }: Place): boolean {
  const [call, object] = [parents.at(-2), parents.at(-1)]
  if (object?.type !== 'ObjectExpression') return false
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return false
  return /\/database\/|listener|postgres|server\.ts$/.test(file)
}

function removal(node: Node, parent: Node | undefined, text: string): Edit<Kind> {
  const siblings: readonly Node[] = parent?.type === 'ObjectExpression' ? parent.properties : []
  const at = siblings.indexOf(node)
  const next = siblings[at + 1]
  const previous = siblings[at - 1]
  if (next !== undefined) return { kind: 'option', start: node.start, end: next.start, after: '' }
  const comma = /^\s*,/.exec(text.slice(node.end))?.[0].length ?? 0
  return { kind: 'option', start: previous?.end ?? node.start, end: node.end + comma, after: '' }
}
