import { generate } from 'lean-qr'
import { useMemo } from 'preact/hooks'

/** The quiet zone around a QR code (ISO/IEC 18004 section 6.3.8). */
const margin = 4

/** A text as a QR code: dark on white in both themes, because cameras expect that. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => drawn(text), [text])
  const whole = size + 2 * margin
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} ${whole}`}
      shape-rendering="crispEdges"
    >
      <rect width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function drawn(text: string): { path: string; size: number } {
  const code = generate(text)
  let path = ''
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) path += `M${x + margin} ${y + margin}h1v1h-1z`
    }
  }
  return { path, size: code.size }
}
