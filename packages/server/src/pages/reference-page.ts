import type { OpenApiDocument } from '../http/openapi.ts'
import type { PageAnswer } from '../http/route.ts'
import { html, page } from './page.ts'

/** The interface on one page: what there is, for whom, and what it takes. */
export function referencePage(document: OpenApiDocument): PageAnswer<200> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  const sections = tags.map((tag) => {
    const rows = operations
      .filter(({ operation }) => operation.tags.includes(tag))
      .map(
        ({ path, method, operation }) => html`<tr><td><code>${method} ${path}</code></td>
<td>${operation.summary} <span class="hint">${operation.description.replaceAll('`', '')}</span></td></tr>`,
      )
    return html`<h2>${tag}</h2><table><tbody>${rows}</tbody></table>`
  })
  const content = html`<h1>Latchkey ${document.info.version}</h1>
<p>${document.info.description} Bodies are JSON, refusals are problem details (RFC 9457). For programs: <a href="/openapi.json">openapi.json</a>.</p>
${sections}`
  return page(200, { title: 'Interface', language: 'en', wide: true }, content)
}
