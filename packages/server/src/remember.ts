/** Keep a value under a key. Of more than `most` keys, the one that came first goes. */
export function remember<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value, most: number): void {
  kept.set(key, value)
  if (kept.size > most) kept.delete(kept.keys().next().value as Key) // it is not empty
}
