/** One event of a `text/event-stream` (HTML Living Standard, section 9.2.6). */
export interface StreamEvent {
  readonly event: string
  readonly data: string
  /** The last `id` that was sent, with this event or before it. */
  readonly id: string
}

/**
 * Take a stream of events apart. `push` gets the text as it arrives and gives the events that it completes. An
 * Error once one event is longer than `maxLength` characters.
 */
export class EventStreamParser {
  readonly #maxLength: number
  #rest = ''
  #holdsReturn = false
  #event = ''
  #data: string[] = []
  #length = 0
  #id = ''

  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = []
    // Most pieces of a long line end none, and to split it again with each would take the square of its length.
    const endsLine = this.#holdsReturn || /[\r\n]/.test(text)
    this.#rest += text
    if (endsLine) {
      // A CR at the end may be half of a CRLF: it waits for what follows.
      const lines = this.#rest.split(/\r\n|\n|\r(?!$)/)
      this.#rest = lines.pop() ?? ''
      this.#holdsReturn = this.#rest.endsWith('\r')
      for (const line of lines) {
        const event = this.#line(line)
        if (event !== undefined) events.push(event)
      }
    }
    if (this.#length + this.#rest.length > this.#maxLength) throw new Error('the event is too long')
    return events
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'data') {
      this.#data.push(value)
      this.#length += value.length
      if (this.#length > this.#maxLength) throw new Error('the event is too long')
    }
    return undefined
  }

  #dispatch(): StreamEvent | undefined {
    const event = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }
    const empty = this.#data.length === 0
    this.#event = ''
    this.#data = []
    this.#length = 0
    return empty ? undefined : event
  }
}
