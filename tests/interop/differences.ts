/** A difference from an original that stays, as the page of the port tells it: `what` stands there, word for word. */
export interface Difference {
  readonly page: string
  readonly what: string
}
