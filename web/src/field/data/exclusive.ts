/** One tab at a time: by Web Locks, or, where a page is not secure or the browser too old, by a lease in the store. */
import type {Db} from './db'

const LEASE_MS = 20_000
interface Lease { holder: string; until: number }
const me = Math.random().toString(36).slice(2)

/** Takes or renews the lease. out: whether it is ours. */
export async function lease(db: Db, holder = me, now = Date.now()): Promise<boolean> {
  const tx = db.transaction('keep', 'readwrite')
  const old = (await tx.store.get('lease'))?.value as Lease | undefined
  const free = !old || old.holder === holder || old.until < now
  if (free) await tx.store.put({key: 'lease', login: '', at: now, value: {holder, until: now + LEASE_MS} as Lease})
  await tx.done
  return free
}

async function giveBack(db: Db): Promise<void> {
  const tx = db.transaction('keep', 'readwrite')
  const old = (await tx.store.get('lease'))?.value as Lease | undefined
  if (old?.holder === me) await tx.store.delete('lease')
  await tx.done
}

/** Runs work unless another tab is at it. work is told how to stay the holder: it asks before each step.
 * out: whether it ran. */
export async function exclusively(db: Db, work: (mine: () => Promise<boolean>) => Promise<void>): Promise<boolean> {
  const locks = (navigator as Navigator & {locks?: LockManager}).locks
  if (locks) {
    return await locks.request('yiwang-outbox', {ifAvailable: true}, async (lock) => {
      if (lock) await work(() => Promise.resolve(true))
      return lock !== null
    }) as boolean
  }
  if (!await lease(db)) return false
  try {
    await work(() => lease(db))
  } finally {
    await giveBack(db)
  }
  return true
}
