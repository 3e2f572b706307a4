import type { Findings } from './finding.ts'
import { scanJson } from './scan-json.ts'

/** The token within what was pasted. Each thing taken off is a finding: a verifier takes nothing off. */
export function clean(pasted: string, findings: Findings): string {
  let text = pasted
  const take = (code: 'byte_order_mark' | 'space_around' | 'bearer_pasted' | 'quoted', rest: string) => {
    if (rest === text) return
    findings.refuse('text', code, 'token_malformed')
    text = rest
  }
  take('byte_order_mark', text.replace(/^\ufeff/, ''))
  take('space_around', text.trim())
  take('quoted', unquoted(text))
  take('bearer_pasted', text.replace(/^(authorization\s*:\s*)?(bearer|jwt|dpop|token)\s+/i, ''))
  take('bearer_pasted', text.replace(/^(access_token|id_token|token)=/i, ''))
  take('quoted', unquoted(text))
  text = unwrapped(text, findings)
  if (/%(2e|3d|2b|2f)/i.test(text) && !/[{"]/.test(text)) {
    findings.refuse('text', 'percent_encoded', 'token_malformed')
    text = text.replaceAll(/%(2e|3d|2b|2f)/gi, (code) => decodeURIComponent(code))
  }
  if (/^[\w.=+/-]+(\s+[\w.=+/-]+)+$/.test(text) && text.includes('.')) {
    findings.refuse('text', 'space_inside', 'token_malformed')
    text = text.replaceAll(/\s+/g, '')
  }
  return text
}

function unquoted(text: string): string {
  return /^(["'`])[\s\S]*\1$/.test(text) && text.length > 1 ? text.slice(1, -1).trim() : text
}

/** The answer of a token endpoint, pasted whole. */
function unwrapped(text: string, findings: Findings): string {
  if (!text.startsWith('{')) return text
  const { value } = scanJson(text)
  if (typeof value !== 'object' || value === null) return text
  for (const [member, inner] of Object.entries(value)) {
    if (/^(access_token|id_token|token|jwt|logout_token)$/.test(member) && typeof inner === 'string') {
      findings.refuse('text', 'wrapped_in_json', 'token_malformed', { member })
      return inner
    }
  }
  return text
}
