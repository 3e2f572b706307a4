/**
 * Values by topic, one node a level. It answers both questions a broker has: which of the stored filters match
 * this topic (subscriptions), and which of the stored topics match this filter (retained messages). Either
 * costs by the levels and by what is found, not by what is stored.
 */
export class TopicTree<V> {
  readonly #root: Node<V> = { value: undefined, children: undefined }
  #size = 0

  /** How many topics have a value. */
  get size(): number {
    return this.#size
  }

  get(topic: string): V | undefined {
    let node: Node<V> | undefined = this.#root
    for (const level of topic.split('/')) node = node?.children?.get(level)
    return node?.value
  }

  set(topic: string, value: V): void {
    let node = this.#root
    for (const level of topic.split('/')) {
      node.children ??= new Map()
      let child = node.children.get(level)
      if (!child) {
        child = { value: undefined, children: undefined }
        node.children.set(level, child)
      }
      node = child
    }
    if (node.value === undefined) this.#size++
    node.value = value
  }

  /** Forget a topic, and every node that was there only for it. */
  delete(topic: string): void {
    const levels = topic.split('/')
    const path: Node<V>[] = [this.#root]
    for (const level of levels) {
      const child = path.at(-1)!.children?.get(level)
      if (!child) return
      path.push(child)
    }
    const last = path.at(-1)!
    if (last.value === undefined) return
    last.value = undefined
    this.#size--
    for (let depth = levels.length; depth > 0; depth--) {
      const { value, children } = path[depth]!
      if (value !== undefined || children) return
      const parent = path[depth - 1]!
      parent.children!.delete(levels[depth - 1]!)
      if (parent.children!.size === 0) parent.children = undefined
    }
  }

  /** The values of all filters that match `topic`. */
  matchingTopic(topic: string): V[] {
    const found: V[] = []
    // Devices often publish where nobody has subscribed.
    if (this.#size > 0) collectFilters(this.#root, topic.split('/'), 0, found)
    return found
  }

  /** The values of all topics that `filter` matches. */
  matchingFilter(filter: string): V[] {
    const found: V[] = []
    collectTopics(this.#root, filter.split('/'), 0, found)
    return found
  }
}

interface Node<V> {
  value: V | undefined
  children: Map<string, Node<V>> | undefined
}

function collectFilters<V>(node: Node<V>, levels: readonly string[], depth: number, found: V[]): void {
  const { children } = node
  const hidden = depth === 0 && levels[0]!.startsWith('$') // [MQTT-4.7.2-1]
  if (children && !hidden) {
    const rest = children.get('#')?.value // matches this level too: a/# matches a
    if (rest !== undefined) found.push(rest)
  }
  if (depth === levels.length) {
    if (node.value !== undefined) found.push(node.value)
    return
  }
  if (!children) return
  const exact = children.get(levels[depth]!)
  if (exact) collectFilters(exact, levels, depth + 1, found)
  const single = hidden ? undefined : children.get('+')
  if (single) collectFilters(single, levels, depth + 1, found)
}

function collectTopics<V>(node: Node<V>, levels: readonly string[], depth: number, found: V[]): void {
  if (depth === levels.length) {
    if (node.value !== undefined) found.push(node.value)
    return
  }
  const level = levels[depth]!
  if (level === '#') {
    collectAll(node, depth === 0, found)
  } else if (level === '+') {
    for (const [name, child] of node.children ?? [])
      if (depth > 0 || !name.startsWith('$')) collectTopics(child, levels, depth + 1, found)
  } else {
    const child = node.children?.get(level)
    if (child) collectTopics(child, levels, depth + 1, found)
  }
}

function collectAll<V>(node: Node<V>, isRoot: boolean, found: V[]): void {
  if (node.value !== undefined) found.push(node.value)
  for (const [name, child] of node.children ?? [])
    if (!isRoot || !name.startsWith('$')) collectAll(child, false, found)
}
