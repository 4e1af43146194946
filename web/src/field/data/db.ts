/** What the phone keeps: the outbox with its photos, and the last that the server said, for work without a network. */
import {openDB, type DBSchema, type IDBPDatabase} from 'idb'
import {clockNow} from '@/shared/clock'
import type {Field, Named} from '@/shared/types'

/** Why the server did not take a record. */
export interface Failure { status: number; code: string; text: string; hint: string; field: string }

export interface Result { number: string; track?: string; version?: number; state_label?: string; due?: string | null; unit?: Named | null }

/** An act or a report on its way. Values are what was filled in, photos lie beside them. */
export interface Letter {
  order?: number // given by the store: the order in which things were done
  id: string
  key: string // Idempotency-Key: the same at every attempt, a new one when the content changes
  login: string
  kind: 'report' | 'act'
  title: string
  about: string
  number: string // the case; '' while the report before it has none
  after: string // id of the report that this act belongs to, or in whose course this report was found; ''
  action: string
  task?: number
  fields: Field[]
  values: Record<string, unknown> // without photos
  extra: Record<string, unknown> // sent as it is: place, category, point of a patrol
  base?: number // version of the case that was seen
  chained?: boolean // takes the version that the act before it made
  made: number
  tries: number
  next: number // not before this time
  state: 'waiting' | 'parked' | 'sent'
  body: Record<string, unknown> | null // frozen at the first attempt, so that every attempt is the same request
  doubt: boolean // an attempt may have arrived although no answer came
  claim: boolean // says when it happened
  failure: Failure | null
  result: Result | null
  sent: number
}

export interface Photo { id: string; letter: string; field: string; type: string; bytes: ArrayBuffer; media: string }

export interface Kept { key: string; login: string; at: number; value: unknown }

interface Schema extends DBSchema {
  outbox: {key: number; value: Letter; indexes: {id: string}}
  photos: {key: string; value: Photo; indexes: {letter: string}}
  keep: {key: string; value: Kept}
}
export type Db = IDBPDatabase<Schema>

/** in: called when the browser takes the store away, as it does when somebody clears the data of the site. */
export function openStore(name = 'yiwang-field', lost: () => void = () => undefined): Promise<Db> {
  return openDB<Schema>(name, 1, {
    terminated: lost,
    upgrade(db) {
      db.createObjectStore('outbox', {keyPath: 'order', autoIncrement: true}).createIndex('id', 'id', {unique: true})
      db.createObjectStore('photos', {keyPath: 'id'}).createIndex('letter', 'letter')
      db.createObjectStore('keep', {keyPath: 'key'})
    },
  })
}

/** Keeps something the server said for this login. */
export async function keep(db: Db, key: string, login: string, value: unknown): Promise<void> {
  await db.put('keep', {key, login, at: clockNow(), value})
}

/** What was kept; null when nothing was, or for somebody else. A login of '' is for everybody. */
export async function kept<T>(db: Db, key: string, login: string): Promise<{value: T; at: number} | null> {
  const k = await db.get('keep', key)
  return k && (k.login === login || k.login === '') ? {value: k.value as T, at: k.at} : null
}

/** Everything of this phone's user goes; what another login has not sent yet stays. */
export async function wipe(db: Db, login: string): Promise<void> {
  const tx = db.transaction(['outbox', 'photos', 'keep'], 'readwrite')
  const letters = await tx.objectStore('outbox').getAll()
  for (const l of letters.filter((x) => x.login === login)) {
    await tx.objectStore('outbox').delete(l.order as number)
    for (const key of await tx.objectStore('photos').index('letter').getAllKeys(l.id)) await tx.objectStore('photos').delete(key)
  }
  await tx.objectStore('keep').clear()
  await tx.done
}
