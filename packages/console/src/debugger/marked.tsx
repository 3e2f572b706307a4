import type { Place } from 'latchkey/token/explain/codes'
import { useRef } from 'preact/hooks'

export interface Mark extends Place {
  readonly kind: 'header' | 'payload' | 'signature' | 'fault'
}

interface MarkedProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly rows: number
  readonly marks: readonly Mark[]
  readonly onInput: (value: string) => void
}

/** A field of text that shows its parts by colour, and a fault by a mark. The words about them stand elsewhere. */
export function Marked({ id, label, value, rows, marks, onInput }: MarkedProps) {
  const behind = useRef<HTMLPreElement>(null)
  const scroll = (event: Event) => {
    const { scrollTop, scrollLeft } = event.currentTarget as HTMLTextAreaElement
    behind.current?.scrollTo(scrollLeft, scrollTop)
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="marked">
        <pre ref={behind} aria-hidden="true">
          {pieces(value, marks).map(({ text, kinds }, index) => (
            <span key={index} class={kinds}>
              {text}
            </span>
          ))}
          {'\n'}
        </pre>
        <textarea
          id={id}
          value={value}
          rows={rows}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          onInput={(event) => onInput(event.currentTarget.value)}
          onScroll={scroll}
        />
      </div>
    </div>
  )
}

/** The text cut at the ends of its marks. */
function pieces(value: string, marks: readonly Mark[]): { text: string; kinds: string }[] {
  const ends = new Set([0, value.length])
  for (const { from, to } of marks) ends.add(Math.min(from, value.length)).add(Math.min(to, value.length))
  const cuts = [...ends].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, index) => {
    const to = cuts[index + 1] ?? from
    const kinds = marks.filter((mark) => mark.from <= from && mark.to >= to).map(({ kind }) => kind)
    return { text: value.slice(from, to), kinds: kinds.join(' ') }
  })
}
