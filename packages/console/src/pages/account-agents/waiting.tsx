import { useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { Time } from '../../elements/signs.tsx'
import type { Approval } from './approval.ts'
import { words } from './words.ts'

interface WaitingProps {
  readonly approval: Approval
  readonly busy: boolean
  readonly onAllow: (approval: Approval) => void
  readonly onDeny: (approval: Approval) => void
}

/** A command that waits, with all that one has to know to decide. */
export function Waiting({ approval, busy, onAllow, onDeny }: WaitingProps) {
  const say = useWords(words)
  const { application_name: agent, device_name: device, method, payload, region, address } = approval
  return (
    <div class="notice">
      <p>
        <strong>{say.wants(agent, method, device)}</strong>
      </p>
      <dl class="facts">
        <Fact title={say.device}>
          <a href={`#/devices/${approval.device}`}>{device}</a>
        </Fact>
        <Fact title={say.command}>
          <code>{method}</code>
        </Fact>
        <Fact title={say.arguments}>
          <pre>{JSON.stringify(payload, null, 2)}</pre>
        </Fact>
        <Fact title={say.askedFrom}>
          {region ?? say.unknownPlace}, {address}
        </Fact>
        {approval.user_agent !== null && <Fact title={say.program}>{approval.user_agent}</Fact>}
        <Fact title={say.until}>
          <Time at={approval.expires_at} exact />
        </Fact>
      </dl>
      <p class="below">
        <button
          type="button"
          disabled={busy}
          aria-label={say.allowWhich(method, device)}
          onClick={() => onAllow(approval)}
        >
          {say.allow}
        </button>{' '}
        <button
          type="button"
          class="quiet"
          disabled={busy}
          aria-label={say.denyWhich(method, device)}
          onClick={() => onDeny(approval)}
        >
          {say.deny}
        </button>
      </p>
    </div>
  )
}
