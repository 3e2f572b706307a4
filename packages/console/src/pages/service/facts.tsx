import { useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { Service } from '../../services/profiles.ts'
import { serviceWords } from '../../words/services.ts'
import { words } from './words.ts'

/** What a service is, at a glance. */
export function Facts({ service }: { service: Service }) {
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const { audience, profile } = service
  const isEnabled = service.disabled_at === null
  return (
    <dl class="facts">
      <Fact title={say.id}>
        <code>{service.id}</code>
      </Fact>
      <Fact title={say.status}>
        <Outcome kind={isEnabled ? 'success' : 'refused'} word={isEnabled ? say.enabled : say.disabled} />
      </Fact>
      <Fact title={say.audience}>{audience === null ? <Absent /> : <code>{audience}</code>}</Fact>
      {audience !== null && (
        <>
          <Fact title={say.signedBy}>
            {profile.algorithm === 'server'
              ? say[profile.key]
              : say.signedWith(say[profile.key], profile.algorithm)}
          </Fact>
          <Fact title={say.life}>
            {profile.life_seconds === null ? say.ours : say.seconds(profile.life_seconds)}
          </Fact>
        </>
      )}
      <Fact title={say.registered}>
        <Time at={service.created_at} exact />
      </Fact>
    </dl>
  )
}
