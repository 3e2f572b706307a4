/** How long to wait before the next try: twice as long as before the last one and `addMs`, up to `longestMs`. */
export function nextPauseMs(
  lastMs: number,
  { addMs, longestMs }: { addMs: number; longestMs: number },
): number {
  return Math.min(2 * lastMs + addMs, longestMs)
}
