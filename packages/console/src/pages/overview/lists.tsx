import { useConsole, useSession, useWords } from '../../context.ts'
import { Share } from '../../elements/chart.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import type { Overview } from './overview.ts'
import { words } from './words.ts'

interface ListProps {
  readonly overview: Overview
  /** The log within the range, searched for more. */
  readonly activity: (filter: Readonly<Record<string, string>>) => string
}

/** Why something was refused. */
export function Reasons({ overview, activity }: ListProps) {
  const { language } = useConsole()
  const say = useWords(words)
  const { reasons } = overview.refusals
  return (
    <Section title={say.reasons}>
      <List
        caption={say.reasons}
        rows={reasons}
        problem={undefined}
        empty={say.noRefusals}
        keyOf={({ value }) => value}
        columns={[
          {
            title: say.reason,
            cell: ({ value }) => (
              <a href={activity({ outcome: 'refused', reason: value })}>
                <code>{value}</code>
              </a>
            ),
          },
          { title: say.count, cell: ({ total }) => total.toLocaleString(language) },
          {
            title: say.share,
            cell: ({ total }) => <Share count={total} most={reasons[0]?.total ?? 0} />,
          },
        ]}
      />
    </Section>
  )
}

/** From where people have signed in, and were refused. */
export function Regions({ overview, activity }: ListProps) {
  const { language } = useConsole()
  const say = useWords(words)
  const { regions } = overview
  return (
    <Section title={say.regions}>
      <List
        caption={say.regions}
        rows={regions}
        problem={undefined}
        empty={say.noRegions}
        keyOf={({ value }) => value}
        columns={[
          {
            title: say.region,
            cell: ({ value }) => (
              <a href={activity({ event: 'user.sign_in', region: value })}>
                <Region code={value} />
              </a>
            ),
          },
          { title: say.count, cell: ({ total }) => total.toLocaleString(language) },
          { title: say.refused, cell: ({ refused }) => refused.toLocaleString(language) },
          {
            title: say.share,
            cell: ({ total }) => <Share count={total} most={regions[0]?.total ?? 0} />,
          },
        ]}
      />
    </Section>
  )
}

/** The addresses that were refused most often. */
export function Addresses({ overview, activity }: ListProps) {
  const { language } = useConsole()
  const say = useWords(words)
  const { refused_addresses: addresses } = overview
  return (
    <Section title={say.addresses}>
      <List
        caption={say.addresses}
        rows={addresses}
        problem={undefined}
        empty={say.noAddresses}
        keyOf={({ address }) => address}
        columns={[
          {
            title: say.address,
            cell: ({ address }) => (
              <a href={activity({ outcome: 'refused', address })}>
                <code>{address}</code>
              </a>
            ),
          },
          {
            title: say.count,
            cell: ({ count, surplus }) =>
              surplus > 0 ? say.atMost(count, surplus) : count.toLocaleString(language),
          },
          {
            title: say.share,
            cell: ({ count }) => <Share count={count} most={addresses[0]?.count ?? 0} />,
          },
        ]}
      />
      <p class="hint">{say.addressesHint}</p>
    </Section>
  )
}

/** Regions from which somebody has signed in for the first time. */
export function NewRegions({ overview, activity }: ListProps) {
  const { scopes } = useSession()
  const say = useWords(words)
  return (
    <Section title={say.newRegions}>
      <List
        caption={say.newRegions}
        rows={overview.new_regions}
        problem={undefined}
        empty={say.noNewRegions}
        keyOf={({ subject, region }) => `${subject} ${region}`}
        columns={[
          { title: say.time, cell: ({ at }) => <Time at={at} /> },
          {
            title: say.who,
            cell: ({ subject, username }) =>
              subject === null ? (
                say.wholeServer
              ) : scopes.includes('users:read') ? (
                <a href={`#/people/${encodeURIComponent(subject)}`}>{username ?? <code>{subject}</code>}</a>
              ) : (
                <code>{subject}</code>
              ),
          },
          {
            title: say.region,
            cell: ({ region, subject }) => (
              <a href={activity({ event: 'user.sign_in', region, ...(subject !== null && { subject }) })}>
                <Region code={region} />
              </a>
            ),
          },
        ]}
      />
      <p class="hint">{say.newRegionsHint}</p>
    </Section>
  )
}

/** A country by its name in the language of the reader; what is no country is named as the log has it. */
function Region({ code }: { code: string }) {
  const { language } = useConsole()
  if (!/^[A-Z]{2}$/.test(code)) return <code>{code}</code>
  const name = new Intl.DisplayNames(language, { type: 'region' }).of(code)
  return (
    <>
      <code>{code}</code> {name !== code && name}
    </>
  )
}
