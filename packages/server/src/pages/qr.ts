import { generate } from 'lean-qr'
import { type Html, html } from './page.ts'

/** The quiet zone around a QR code (ISO/IEC 18004 section 6.3.8). */
const margin = 4

/** A text as a QR code, dark on white in both themes, because cameras expect that. */
export function qr(text: string, label: string): Html {
  const code = generate(text)
  const dots = Array.from(
    { length: code.size * code.size },
    (_, at) => [at % code.size, Math.floor(at / code.size)] as const,
  )
  const path = dots
    .filter(([x, y]) => code.get(x, y))
    .map(([x, y]) => `M${x + margin} ${y + margin}h1v1h-1z`)
    .join('')
  const size = code.size + 2 * margin
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
}
