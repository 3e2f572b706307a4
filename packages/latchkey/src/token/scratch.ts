/** A buffer that is filled again and again, so that a token leaves no garbage of its own size behind. */
export class Scratch {
  readonly bytes: Buffer
  readonly #views: (Uint8Array | undefined)[] = []

  constructor(size: number) {
    this.bytes = Buffer.alloc(size)
  }

  /** Its first `length` bytes. Views are kept for the usual lengths: making one costs as much as hashing a block. */
  first(length: number): Uint8Array {
    if (length >= 1024) return this.bytes.subarray(0, length)
    let view = this.#views[length]
    if (view === undefined) {
      view = this.bytes.subarray(0, length)
      this.#views[length] = view
    }
    return view
  }
}
