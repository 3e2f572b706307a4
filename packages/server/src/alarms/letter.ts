import type { Transaction } from '../database/database.ts'
import { timestamp } from '../http/schema.ts'
import type { Letter } from '../mail/letter.ts'
import type { Post } from '../mail/outbox.ts'
import type { Language } from '../pages/page.ts'
import { everybody } from './raise.ts'
import type { RuleName } from './rules.ts'
import type { Telling } from './telling.ts'
import { words } from './words.ts'

/** Who is told by mail. */
export interface Recipient {
  readonly userId: string
  readonly address: string
  readonly language: Language
}

/** Write to each of them, in their language. */
export async function postAlarm(
  { post, linkTo }: { readonly post: Post; readonly linkTo: (path: string) => string },
  tx: Transaction,
  told: Telling,
  recipients: readonly Recipient[],
): Promise<void> {
  for (const { userId, address, language } of recipients) {
    const letter = letterOf(told, language, linkTo(`/console#/alarms?alarm=${told.alarm.id}`))
    await post(tx, address, letter, { letter: 'alarm', userId })
  }
}

function letterOf({ notice, alarm, rule, subjects }: Telling, language: Language, url: string): Letter {
  const say = words[language]
  const names = subjects.map(({ id, name }) => (id === 'server' ? say.server : (name ?? id)))
  const isGroup = alarm.subject === everybody
  const whom = isGroup ? say.many(alarm.subjects) : (names[0] ?? alarm.subject)
  // A rule that is not one's own ships, and has words.
  const title = rule.own?.title ?? say.rules[rule.name as RuleName]
  return {
    language,
    subject: say.subject(notice, say.severities[alarm.severity], title, whom),
    paragraphs: [
      say.first(title, whom, timestamp(alarm.opened_at)),
      say.notices[notice],
      ...(isGroup
        ? [say.named(names.join(', '), alarm.subjects - names.length)]
        : factsOf(alarm.facts, language)),
      say.times(alarm.times, timestamp(alarm.last_at)),
    ],
    link: { label: say.look, url },
    notes: [say.why],
  }
}

/** What is known of an alarm beside whom it concerns: `text` is the JSON that it was stored with. */
export function factsOf(text: string | null, language: Language): readonly string[] {
  const say = words[language]
  const facts = (text === null ? {} : JSON.parse(text)) as Readonly<Record<string, string | number>> // ours
  if ('country' in facts) return [say.country(String(facts.country))]
  if ('ends_at' in facts) return [say.endsAt(String(facts.ends_at))]
  if (!('speed_kmh' in facts)) return []
  const number = (name: string) => Number(facts[name])
  return [
    say.travel(
      String(facts.from),
      String(facts.to),
      ...([number('distance_km'), number('least_km'), number('minutes'), number('speed_kmh')] as const),
    ),
  ]
}
