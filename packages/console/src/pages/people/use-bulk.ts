import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import type { Operations } from '../../api/operations.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole } from '../../context.ts'
import { type Choice, countOf } from './choice.ts'
import { beginning, type Course, mostAtOnce, nextPiece, type Report } from './in-pieces.ts'
import { queryOf } from './search-query.ts'

export type Action = Operations['POST /v1/users/bulk']['body']['action']

/** What was chosen to be done, and has not been confirmed yet. */
export interface Asked {
  readonly action: Action
  readonly userType: string
  readonly graceDays: number
}

interface Told {
  readonly onDone: (report: Report) => void
  /** Called with how many match, if they are not as many as before. */
  readonly onRecount: (count: number) => void
}

/** Does the same to those who are chosen: in one request, or piece by piece to more of them than one takes. */
export function useBulk(choice: Choice, { onDone, onRecount }: Told) {
  const { api } = useConsole()
  const { busy, problem, run } = useAction()
  // In pieces, how far it has come. It stays where a piece fails, to go on from there.
  const [course, setCourse] = useState<Course>()
  const isToStop = useRef(false)
  const stop = () => {
    isToStop.current = true
  }
  useEffect(() => stop, [])
  const count = countOf(choice)
  const isMany = choice.kind === 'all' && count > mostAtOnce
  const matching = choice.kind === 'all' ? queryOf(choice.search) : {}

  const inPieces = async (confirmed: Confirmed, given: Asked) => {
    isToStop.current = false
    let now = course ?? beginning(count)
    while (now.left > 0 && !isToStop.current) {
      now = await nextPiece(now, (piece) =>
        api.end(confirmed, 'POST /v1/users/bulk', { body: { ...howOf(given), matching, ...piece } }),
      )
      setCourse(now)
    }
    setCourse(undefined)
    onDone(now.report)
  }
  const atOnce = async (confirmed: Confirmed, given: Asked) => {
    try {
      const body = { ...howOf(given), ...whomOf(choice) }
      onDone(await api.end(confirmed, 'POST /v1/users/bulk', { body }))
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'count_changed') throw error
      onRecount((await api.call('GET /v1/users/count', { query: matching })).count)
    }
  }
  const act = (confirmed: Confirmed, given: Asked) =>
    void run(() => (isMany ? inPieces : atOnce)(confirmed, given))
  return { busy, problem, course, isMany, act, stop }
}

function whomOf(choice: Choice) {
  return choice.kind === 'all'
    ? { matching: queryOf(choice.search), count: choice.count }
    : { ids: [...choice.people.keys()] }
}

function howOf({ action, userType, graceDays }: Asked) {
  return {
    action,
    ...(action === 'set_type' && { user_type: userType }),
    ...(action === 'delete' && { grace_days: graceDays }),
  }
}
