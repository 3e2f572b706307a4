import type { OpenApiDocument, Operation, Response } from '../http/openapi.ts'
import type { PageAnswer } from '../http/route.ts'
import { type Html, html, page } from './page.ts'
import { exampleOf, fieldsOf, type Schema } from './schema-words.ts'

export interface Described {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

/** The operations of each tag, in the order of the document. */
export function operationsByTag({ paths }: OpenApiDocument): Map<string, readonly Described[]> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  return new Map(tags.map((tag) => [tag, operations.filter(({ operation }) => operation.tags.includes(tag))]))
}

/** The interface on one page: what there is, for whom, what it takes, what it answers, and why it refuses. */
export function referencePage(document: OpenApiDocument): PageAnswer<200> {
  const sections = [...operationsByTag(document)].map(
    ([tag, entries]) =>
      html`<h2>${tag}</h2>${entries.map((entry) => entryOf(entry, document.servers[0]?.url ?? ''))}`,
  )
  const content = html`<h1>Latchkey ${document.info.version}</h1>
<p>${document.info.description} Bodies are JSON where nothing else is said, refusals are problem details (RFC 9457) with a <code>code</code>. For programs: <a href="/openapi.json">openapi.json</a>.</p>
${sections}`
  return page(200, { title: 'Interface', language: 'en', wide: true }, content)
}

function entryOf({ path, method, operation }: Described, server: string): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = requestBody && mediaOf(requestBody.content)
  return html`<details id="${operationId}"><summary><code>${method} ${path}</code> ${coded(summary)}</summary>
<p class="hint">${coded(description)}</p>
${parameters.length === 0 ? '' : html`<h3>Parameters</h3>${fieldTable(parameters.map(({ name, in: place, required, schema, description }) => ({ name: `${name} (${place})`, type: fieldsOf('', schema)[0]?.type ?? '', isRequired: required, about: description ?? '' })))}`}
${body ? html`<h3>Body, ${body.type}</h3>${fieldTable(fieldsOf('', body.schema))}` : ''}
<h3>Example</h3><pre>${exampleCall({ path, method, operation }, server)}</pre>
<h3>Answers</h3>${Object.entries(responses).map(([status, response]) => answerOf(status, response))}
</details>`
}

function answerOf(status: string, { description, content, headers }: Response): Html {
  const media = content && mediaOf(content)
  const isRefusal = media?.schema.$ref !== undefined
  const shown =
    media && !isRefusal && media.type === 'application/json'
      ? html`${fieldTable(fieldsOf('', media.schema))}<pre>${JSON.stringify(exampleOf(media.schema), null, 2)}</pre>`
      : ''
  const named = Object.entries(headers ?? {}).map(
    ([name, header]) => html`<p class="hint"><code>${name}</code>: ${header.description}</p>`,
  )
  return html`<p><code>${status}</code> ${coded(description)}${media && !isRefusal && media.type !== 'application/json' ? ` (${media.type})` : ''}</p>${named}${shown}`
}

interface Row {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly about?: string
}

function fieldTable(rows: readonly Row[]): Html {
  if (rows.length === 0) return html``
  const shown = rows.map(
    ({ name, type, isRequired, about = '' }) =>
      html`<tr><td><code>${name === '' ? '(the whole)' : name}</code></td><td>${type}${isRequired ? '' : ', optional'}${about && `. ${about.replaceAll('`', '')}`}</td></tr>`,
  )
  return html`<table><tbody>${shown}</tbody></table>`
}

function mediaOf(content: Readonly<Record<string, { readonly schema: object }>>): {
  type: string
  schema: Schema
} {
  const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(content)
  return { type, schema }
}

/** A call that can be pasted into a shell, once its parts are made one’s own. */
function exampleCall({ path, method, operation }: Described, server: string): string {
  const values = new Map(
    (operation.parameters ?? []).map(({ name, schema }) => [name, exampleOf(schema, name)]),
  )
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values.get(name) ?? name))
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}${server}${address}`]
  if (operation.security.length > 0) lines.push('  -H "Authorization: Bearer $TOKEN"')
  const body = operation.requestBody && mediaOf(operation.requestBody.content)
  if (body?.type === 'application/json') {
    lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(exampleOf(body.schema))}'`)
  } else if (body) {
    const fields = Object.entries((exampleOf(body.schema) ?? {}) as Record<string, unknown>) // a form is an object
    lines.push(...fields.map(([name, value]) => `  -d '${name}=${value}'`))
  }
  return lines.join(' \\\n')
}

/** What stands between backticks, as code. */
function coded(text: string): Html {
  const parts = text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
  return html`${parts}`
}
