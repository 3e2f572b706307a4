/**
 * docs/api.md, from the server's OpenAPI document: every operation, who may, what it takes with its limits, and how it refuses.
 * `npm run docs` writes it; a test says when it is no longer true.
 */
import type { OpenApiDocument } from '../../packages/server/src/http/openapi.ts'
import { type Described, operationsByTag } from '../../packages/server/src/pages/reference-page.ts'
import { fieldsOf } from '../../packages/server/src/pages/schema-words.ts'
import { readOpenApi } from './console-operations.ts'

/** One line of a list: each name, with what it must be. */
function taken(
  what: string,
  fields: readonly { readonly name: string; readonly type: string; readonly isRequired: boolean }[],
): string[] {
  if (fields.length === 0) return []
  const said = fields.map(({ name, type, isRequired }) => {
    const marked = `${name === '' ? '(the whole)' : name}${isRequired ? '' : '?'}`
    return `  - \`${marked}\`: ${type.replaceAll(/\^.*\$/g, '`$&`')}`
  })
  return [`- ${what}`, ...said]
}

/** Codes stand in backticks in the description of a status. */
function refusalsOf({ operation: { responses } }: Described): string {
  const codes = Object.entries(responses)
    .filter(([status]) => /^[45]/.test(status))
    .map(([status, { description }]) => {
      const named = [...description.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code)
      return named.length === 0 ? status : `${status} ${named.join(', ')}`
    })
  return codes.join('; ')
}

function blockOf(described: Described): string {
  const { method, path, operation } = described
  const { summary, description, parameters = [], requestBody, responses } = operation
  const within = (where: string) =>
    parameters
      .filter((one) => one.in === where)
      .map(({ name, schema, required }) => ({
        ...{ name, isRequired: required },
        type: fieldsOf('', schema)[0]?.type ?? '',
      }))
  const good = Object.keys(responses).filter((status) => /^[123]/.test(status))
  return [
    `### ${method} ${path}`,
    '',
    `${summary} ${description}`,
    '',
    ...(['path', 'query', 'header'] as const).flatMap((where) => taken(where, within(where))),
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
      taken(type, fieldsOf('', schema)),
    ),
    `- answers ${good.join(', ')}; refuses with ${refusalsOf(described)}`,
    '',
  ].join('\n')
}

export function apiPage(document: OpenApiDocument): string {
  const parts = [...operationsByTag(document)].map(
    ([tag, operations]) => `## ${tag}\n\n${operations.map(blockOf).join('\n')}`,
  )
  return `# The HTTP interface

<!-- Written by \`npm run docs\` from the server's OpenAPI document; a change made by hand is lost. -->

Every operation: who may, what it takes, and how it refuses. What it answers, with examples, stands at \`/docs\` of a running server and in
\`/openapi.json\`, which \`latchkey openapi\` prints. A \`?\` marks what may be left out. A text is one line without control characters, unless
it says its form. A refusal is [problem details](https://www.rfc-editor.org/rfc/rfc9457) with one of these codes; where an operation answers
with pages for people, it is a page.

${parts.join('\n')}`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/api.md', apiPage(readOpenApi()))
}
