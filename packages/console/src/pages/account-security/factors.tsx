import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import type { Polled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { RecoveryCodes } from '../../elements/recovery-codes.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { moment } from '../../format.ts'
import { words } from './words.ts'

/** It draws a QR code, which few who open the page need. */
const loadEnrolment = () => import('../../elements/sign-in/enrolment.tsx').then(({ Enrolment }) => Enrolment)

type Pending = Answer<'POST /v1/me/factors/authenticator'>

/** The second factors of one's own account beside passkeys, and what is so of all of them. */
export function Factors({ factors: polled }: { factors: Polled<Answer<'GET /v1/me/factors'>> }) {
  const { api, language } = useConsole()
  const say = useWords(words)
  const { value: factors, problem: notLoaded, reload } = polled
  const { problem, run } = useAction()
  const [pending, setPending] = useState<Pending>()
  const [codes, setCodes] = useState<readonly string[]>()
  const [told, setTold] = useState<string>()
  const Enrolment = useLater(loadEnrolment)

  const begin = () =>
    void run(async () => {
      setTold(undefined)
      setPending(await api.call('POST /v1/me/factors/authenticator', {}))
    })
  const confirm = async (code: string) => {
    const { recovery_codes } = await api.call('POST /v1/me/factors/authenticator/confirm', { body: { code } })
    setPending(undefined)
    setTold(say.authenticatorAdded)
    if (recovery_codes) setCodes(recovery_codes)
    reload()
  }
  const remove = (confirmed: Confirmed) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/me/factors/authenticator', {})
      setTold(say.authenticatorRemoved)
      setCodes(undefined)
      reload()
    })
  const renew = (confirmed: Confirmed) =>
    void run(async () => {
      setTold(undefined)
      setCodes((await api.end(confirmed, 'POST /v1/me/factors/recovery-codes', {})).recovery_codes)
      reload()
    })
  const forget = (confirmed: Confirmed) =>
    void run(async () => {
      await api.end(confirmed, 'POST /v1/me/factors/forget-browsers', {})
      setTold(say.browsersForgotten)
      reload()
    })
  const explain = ({ code }: Problem) => (code === 'factor_needed' ? say.factorNeeded : undefined)

  const authenticator = factors?.authenticator
  const hasPasskey = factors?.passkeys.some(({ is_factor }) => is_factor)
  return (
    <Section title={say.factors}>
      <ProblemNotice problem={notLoaded ?? problem} explain={explain} />
      {factors?.required && !factors.in_force && (
        <p class="notice">
          {factors.due_at === null ? say.factorRequired : say.factorDue(moment(language, factors.due_at))}
        </p>
      )}
      {authenticator && (
        <p>
          {say.authenticatorSince} <Time at={authenticator.created_at} /> · {say.lastUsed}{' '}
          <Time at={authenticator.last_used_at} />
        </p>
      )}
      {factors && (
        <p>
          {factors.in_force
            ? `${authenticator ? '' : say.passkeyInForce}${say.codesLeft(factors.recovery_codes)}`
            : say.noFactor}
        </p>
      )}
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />}
      {pending ? (
        <>
          {Enrolment && <Enrolment secret={pending.secret} link={pending.link} onCode={confirm} />}
          <button type="button" class="quiet" onClick={() => setPending(undefined)}>
            {say.cancel}
          </button>
        </>
      ) : (
        factors && (
          <p class="row">
            <button type="button" onClick={begin}>
              {authenticator ? say.replaceAuthenticator : say.addAuthenticator}
            </button>
            {factors.in_force && (
              <ConfirmButton
                label={say.renewCodes}
                means={say.renewMeans}
                now={say.renewNow}
                onConfirmed={renew}
              />
            )}
            {authenticator && (
              <ConfirmButton
                label={say.removeAuthenticator}
                means={hasPasskey ? say.removeMeansBeside : say.removeMeans}
                now={say.removeNow}
                onConfirmed={remove}
              />
            )}
          </p>
        )
      )}
      {factors && factors.remembered_browsers > 0 && (
        <p class="row">
          <span>{say.browsersRemembered(factors.remembered_browsers)}</span>
          <ConfirmButton
            label={say.forgetBrowsers}
            means={say.forgetMeans}
            now={say.forgetNow}
            onConfirmed={forget}
          />
        </p>
      )}
    </Section>
  )
}
