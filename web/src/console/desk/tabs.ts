/** The queues of the dispatch desk, made from the procedures: every state in which the centre is to act. */
import type {Procedure} from '../procedures'

export interface Tab { key: string; q: string; label: string }

/** in: labels of the two queues that are no states; unit of this person, whose consent units ask for. */
export function tabsOf(procedures: Procedure[], words: {returned: string; consent: string}, unit: string | null): Tab[] {
  const tabs: Tab[] = []
  for (const p of procedures) {
    for (const s of p.states) {
      if (s.owner !== 'centre' || s.end || s.pauses || tabs.some((x) => x.key === s.code)) continue
      const back = p.actions.some((a) => a.task !== null && a.to === s.code && a.by.includes('unit'))
      tabs.push({key: s.code, q: `state:${s.code}${back ? ' -flag:returned' : ''}`, label: s.label})
      if (back) tabs.push({key: 'returned', q: `state:${s.code} flag:returned`, label: words.returned})
    }
  }
  if (unit && tabs.length > 0) tabs.push({key: 'consent', q: `status:open unit:${unit} ${tabs.map((x) => '-state:' + x.key).filter((x) => x !== '-state:returned').join(' ')}`, label: words.consent})
  return tabs
}

/** Which case comes next when one is done: the one below, else the last. */
export function nextOf(numbers: string[], done: string): string {
  const at = numbers.indexOf(done), rest = numbers.filter((n) => n !== done)
  return rest[Math.min(Math.max(at, 0), rest.length - 1)] ?? ''
}
