/**
 * Whether messages can be published to it: at least one character, no wildcard [MQTT-4.7.3-1], [MQTT-3.3.2-2] and no
 * control character.
 */
export function isTopicName(topic: string): boolean {
  // One pass, because it runs on every message.
  return topic !== '' && !/[\p{Cc}#+]/u.test(topic)
}

/**
 * U+0001 to U+001F and U+007F to U+009F, which a receiver may refuse (section 1.5.4): they say nothing, and a terminal that
 * shows them obeys them.
 */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

/**
 * Whether it can be subscribed to: `+` stands alone in its level [MQTT-4.7.1-2], `#` stands alone in the
 * last [MQTT-4.7.1-1], and there is no control character.
 */
export function isTopicFilter(filter: string): boolean {
  if (filter === '' || hasControlCharacter(filter)) return false
  const levels = filter.split('/')
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1
    return level === '+' || !/[#+]/.test(level)
  })
}

/** How many levels a topic or a filter has. */
export function countLevels(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  return levels
}

/** Topics that begin with `$` are the server's own: clients do not exchange messages by them (section 4.7.2). */
export function isReserved(topic: string): boolean {
  return topic.charCodeAt(0) === 0x24
}

/** A filter that asks for a share of the messages (section 4.8.2), which we do not offer. */
export function isShared(filter: string): boolean {
  return filter.startsWith('$share/')
}

/** Whether a filter matches a topic name (section 4.7). */
export function matches(filter: string, topic: string): boolean {
  // "The Server MUST NOT match Topic Filters starting with a wildcard character with Topic Names
  // beginning with a $ character" [MQTT-4.7.2-1].
  if (topic.startsWith('$') && (filter.startsWith('#') || filter.startsWith('+'))) return false
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true // the parent level too: a/# matches a
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}
