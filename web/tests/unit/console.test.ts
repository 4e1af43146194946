import {beforeAll, describe, expect, it} from 'vitest'
import {setCity} from '@/shared/city'
import {learnRows, rowOf, type FeedRow} from '@/shared/rows'
import type {Case, City, HistoryLine, Offer, Row} from '@/shared/types'
import {loadWords} from '@/shared/words'
import {common} from '@/console/cases/bulk'
import {columnsOf, moved} from '@/console/cases/columns'
import {beforeAndAfter, filedMedia} from '@/console/cases/photos'
import {isPlain, pieces, terms, toggled, valuesOf, withValues, without} from '@/console/cases/query'
import {applied, before} from '@/console/cases/rowlist'
import {filled, textField, wantsAnswer} from '@/console/cases/templates'
import {reportOf, type Draft} from '@/console/desk/draft'
import {findAddress, isRich, parsePasted} from '@/console/desk/paste'
import {nextOf, tabsOf} from '@/console/desk/tabs'
import {byDay, lateShifts, offersOf, type Turn} from '@/console/duty/data'
import {lineOf, papersOf} from '@/console/print/papers'
import {opposites} from '@/console/law'
import type {Procedure} from '@/console/procedures'

beforeAll(async () => {
  await loadWords('zh', ['console'])
  setCity({
    name: 'x', label: '样例', zone: 'Asia/Shanghai', offsets: [], schematic_notice: '', phone: '12345', centre: [119.57, 31.72],
    categories: [{code: 'm06', name: '市容', parent: null, procedure: 'report', intake: true, conditions: []}], units: [{code: 'u1', name: '城管局', kind: 'x', phone: ''}], channels: [],
  } as City)
})

const row = (number: string, more: Partial<Row> = {}): Row => ({
  number, version: 1, procedure: 'report', state: 'filed', state_label: '待受理', category: null, condition: null, area: null, unit: null, channel: 'web',
  filed: '2026-11-24T10:00:00+08:00', happened: null, due: null, missed: false, ended: null, text: null, address: null, ...more,
})

describe('query text', () => {
  it('is cut into pieces outside quotes and groups', () => {
    expect(pieces('status:open  "a b" (x or y) due:<2d')).toEqual(['status:open', '"a b"', '(x or y)', 'due:<2d'])
    expect(pieces('“井 盖” area：1')).toEqual(['“井 盖”', 'area：1'])
    expect(pieces('   ')).toEqual([])
  })
  it('knows fields, values and negation', () => {
    expect(terms('-flag:late,urged class:m06*')).toEqual([
      {text: '-flag:late,urged', field: 'flag', values: ['late', 'urged'], negated: true},
      {text: 'class:m06*', field: 'category', values: ['m06*'], negated: false},
    ])
    expect(valuesOf('unit:a,b -unit:c unit:d', 'unit')).toEqual(['a', 'b', 'd'])
  })
  it('takes values on and off', () => {
    expect(toggled('status:open', 'flag', 'late')).toBe('status:open flag:late')
    expect(toggled('flag:late status:open', 'flag', 'urged')).toBe('flag:late,urged status:open')
    expect(toggled('status:open flag:late', 'flag', 'late')).toBe('status:open')
    expect(withValues('unit:a x unit:b', 'unit', ['c'])).toBe('unit:c x')
    expect(without('a b a', 'a')).toBe('b a')
  })
  it('keeps alternatives together', () => {
    expect(isPlain('a or b')).toBe(false)
    expect(withValues('a or b', 'flag', ['late'])).toBe('(a or b) flag:late')
    expect(withValues('a or b', 'flag', [])).toBe('a or b')
  })
})

describe('list of rows', () => {
  const three = [row('C', {filed: '2026-11-24T12:00:00+08:00'}), row('B', {filed: '2026-11-24T11:00:00+08:00'}), row('A')]
  it('puts a new row where it belongs', () => {
    const r = applied(three, [row('D', {filed: '2026-11-24T11:30:00+08:00'})], [], 'filed', false)
    expect(r.rows.map((x) => x.number)).toEqual(['C', 'D', 'B', 'A'])
    expect(r.marks.get('D')).toBe('new')
    expect(r.added).toBe(1)
  })
  it('leaves out what lies behind the rows that are loaded', () => {
    const old = row('Z', {filed: '2020-01-01T00:00:00+08:00'})
    expect(applied(three, [old], [], 'filed', false).rows).toHaveLength(3)
    expect(applied(three, [old], [], 'filed', false).marks.size).toBe(0)
    expect(applied(three, [old], [], 'filed', true).rows[3]?.number).toBe('Z')
  })
  it('changes a row in its place and ignores an older version', () => {
    const r = applied(three, [row('B', {version: 2, state: 'accepted', filed: three[1]!.filed})], [], 'filed', false)
    expect(r.rows.map((x) => x.number)).toEqual(['C', 'B', 'A'])
    expect(r.marks.get('B')).toBe('changed')
    expect(applied(r.rows, [row('B', {version: 1})], [], 'filed', false).rows[1]?.state).toBe('accepted')
  })
  it('moves a row whose due time moved, and the last changed to the top', () => {
    const due = [row('A', {due: '2026-11-25T00:00:00Z'}), row('B', {due: '2026-11-26T00:00:00Z'}), row('C')]
    expect(applied(due, [row('B', {version: 2, due: '2026-11-24T00:00:00Z'})], [], 'due', false).rows.map((r) => r.number)).toEqual(['B', 'A', 'C'])
    expect(applied(three, [{...three[2]!, version: 2}], [], 'updated', false).rows[0]?.number).toBe('A')
    expect(before(row('A', {due: '2026-11-25T00:00:00Z'}), row('B'), 'due')).toBe(true)
  })
  it('marks rows that leave', () => {
    const r = applied(three, [], ['B', 'unknown'], 'filed', false)
    expect(r.marks.get('B')).toBe('gone')
    expect(r.dropped).toBe(1)
  })
})

describe('rows of the feed', () => {
  const f: FeedRow = {
    number: 'A', version: 3, procedure: 'report', state: 'closing', category: 'm06', condition: '', area: '0001', unit: 'u1', channel: 'web', filed: '2026-11-24T10:00:00+08:00',
    happened: null, updated: null, ended: null, due: null, flags: ['late'], rating: null, lon: 119.5, lat: 31.7, text: 'x', address: null,
  }
  it('get the names that lists have taught', () => {
    const first = rowOf(f)
    expect(first.incomplete).toBe(true)
    expect(first.row.category?.name).toBe('市容')
    expect([first.row.state_label, first.row.area?.name]).toEqual(['…', '…']) // never a code
    expect(first.row.missed).toBe(true)
    learnRows([row('B', {state: 'closing', state_label: '待结案', area: {code: '0001', name: '一号网格'}})])
    const then = rowOf(f)
    expect(then.incomplete).toBe(false)
    expect([then.row.state_label, then.row.area?.name, then.row.unit?.name]).toEqual(['待结案', '一号网格', '城管局'])
  })
})

describe('columns', () => {
  it('move and stay known', () => {
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b'], 'a', -1)).toEqual(['a', 'b'])
    expect(columnsOf(['due', 'nonsense']).map((c) => c.name)).toEqual(['due'])
    expect(columnsOf(['nonsense']).length).toBeGreaterThan(3)
  })
})

describe('pasted text', () => {
  it('of a chat loses its head, marks and the number', () => {
    const p = parsePasted('李女士 2026/11/24 09:12\n你好，东门大街128号门前的路灯三天没亮了[图片]\n我的电话是138 1234 5678')
    expect([p.phone, p.name]).toEqual(['13812345678', '李女士'])
    expect(p.text).toBe('你好，东门大街128号门前的路灯三天没亮了')
    expect(p.address).toBe('东门大街128号门前')
  })
  it('with labels becomes fields', () => {
    const p = parsePasted('姓名：王先生\n联系电话：0519-82345678\n地址：儒林镇柚山村3组\n内容：村口垃圾一周没人清')
    expect(p).toEqual({name: '王先生', phone: '051982345678', address: '儒林镇柚山村3组', text: '村口垃圾一周没人清'})
  })
  it('of a table row is told apart by cells', () => {
    const p = parsePasted('17\t2026-11-24 09:00\t张阿姨\t13912345678\t金城镇南环新村5栋\t楼道灯坏了，老人晚上上下楼不方便')
    expect(p).toEqual({name: '张阿姨', phone: '13912345678', address: '金城镇南环新村5栋', text: '楼道灯坏了，老人晚上上下楼不方便'})
  })
  it('in English works too', () => {
    const p = parsePasted('Name: Ann\nPhone: 13912345678\nAddress: 5 Dongmen Road\nProblem: the street light is out')
    expect(p).toEqual({name: 'Ann', phone: '13912345678', address: '5 Dongmen Road', text: 'the street light is out'})
  })
  it('never leaves a number in the text', () => {
    expect(parsePasted('井盖坏了，联系电话13812345678，或者13987654321').text).toBe('井盖坏了，或者')
    expect(parsePasted('井盖坏了 电话:+86 13812345678').phone).toBe('13812345678')
  })
  it('without anything to find stays a text', () => {
    expect(parsePasted('声音太吵')).toEqual({text: '声音太吵', address: '', phone: '', name: ''})
    expect(isRich('声音太吵')).toBe(false)
    expect(isRich('a\tb')).toBe(true)
    expect(isRich('打13812345678')).toBe(true)
  })
  it('takes long numbers for what they are', () => {
    expect(parsePasted('订单20261124000017138123456789有问题').phone).toBe('')
  })
  it('finds crossings and estates', () => {
    expect(findAddress('我在东门大街和沿河路路口，红绿灯坏了')).toBe('东门大街和沿河路路口')
    expect(findAddress('声音太吵')).toBe('')
  })
})

const offer = (action: string, more: Partial<Offer> = {}): Offer => ({action, label: action, fields: [], ...more})
const text = {name: 'note', label: '备注', type: 'text' as const, required: false}

describe('bulk actions', () => {
  it('are those that all offer, once each', () => {
    const a = row('A', {actions: [offer('urge', {fields: [text]}), offer('sign', {task: 1}), offer('sign', {task: 2}), offer('close')]})
    const b = row('B', {actions: [offer('urge', {fields: [{...text, required: true}]}), offer('sign', {task: 3})]})
    const c = common([a, b])
    expect(c.all.map((o) => o.action)).toEqual(['urge'])
    expect(c.all[0]?.fields[0]?.required).toBe(true)
    expect(c.some.map((s) => s.label).sort()).toEqual(['close', 'sign'])
  })
  it('have an opposite where the procedure has one without questions', () => {
    const p = {actions: [
      {code: 'stop_waiting', from: ['waiting'], to: 'back', fields: []}, {code: 'answer', from: ['waiting'], to: 'back', fields: [{...text, required: true}]},
      {code: 'rework', from: ['closing'], to: 'handling', fields: []},
    ]} as unknown as Procedure
    expect(opposites(p, 'filed', 'waiting', ['stop_waiting', 'answer']).map((a) => a.code)).toEqual(['stop_waiting'])
    expect(opposites(p, 'filed', 'waiting', [])).toEqual([])
    expect(opposites(p, 'filed', 'filed', ['stop_waiting'])).toEqual([])
    expect(opposites(p, 'accepted', 'closing', ['rework'])).toEqual([])
  })
})

describe('ready texts', () => {
  const c = {number: 'JT1', due: null, category: {code: 'm06', name: '市容'}, unit: {code: 'u1', name: '城管局'}, area: null} as unknown as Case
  it('are filled from the case', () => {
    expect(filled('{number} {unit} {category} [{area}] {other}', c, 0)).toBe('JT1 城管局 市容 [] {other}')
  })
  it('go where the reporter reads', () => {
    const o = offer('close', {fields: [text, {...text, name: 'answer', public: true, required: true, max: 2000}]})
    expect(textField(o)?.name).toBe('answer')
    expect(wantsAnswer(o)).toBe(true)
    expect(wantsAnswer(offer('urge', {fields: [text]}))).toBe(false)
    expect(textField(offer('sign'))).toBeUndefined()
  })
})

const line = (n: number, more: Partial<HistoryLine> = {}): HistoryLine => ({
  n, at: null, what: '', action: null, state: null, unit: null, by: {kind: 'staff', role: null, unit: null}, text: null, internal: null, facts: {}, ...more,
})
const kase = (history: HistoryLine[], more: Partial<Case> = {}): Case => ({...row('A'), rating: 0, media: [], has_contact: false, links: [], tasks: [], clocks: [], actions: [], history, ...more} as unknown as Case)

describe('photos', () => {
  it('are before and after', () => {
    const c = kase([line(1, {media: ['a'], by: {kind: 'reporter', role: null, unit: null}}), line(4, {media: ['b']}), line(5, {media: ['c', 'd']})], {media: ['a', 'b', 'c', 'd']})
    expect(beforeAndAfter(c)).toEqual(['a', 'c'])
    expect(filedMedia(c)).toEqual(['a'])
    expect(beforeAndAfter(kase([line(1)], {media: ['a']}))).toBeNull()
    expect(filedMedia(kase([line(1), line(2, {media: ['b']})], {media: ['a', 'b']}))).toEqual(['a'])
  })
})

describe('papers', () => {
  it('are those that the history has something for', () => {
    expect(papersOf(kase([line(1)]))).toEqual(['receipt'])
    const c = kase([line(1), line(3, {action: 'supervise', internal: 'x'}), line(5, {action: 'close', text: '已修好'})], {unit: {code: 'u1', name: '城管局'}, ended: '2026-11-25T10:00:00+08:00'})
    expect(papersOf(c)).toEqual(['order', 'supervision', 'reply', 'receipt'])
    expect(lineOf(c, 'reply')?.text).toBe('已修好')
    expect(lineOf({...c, ended: null}, 'reply')).toBeNull()
  })
})

describe('the desk', () => {
  const states = [
    {code: 'filed', label: '待受理', owner: 'centre', end: null, pauses: false}, {code: 'accepted', label: '待派遣', owner: 'centre', end: null, pauses: false},
    {code: 'handling', label: '处置中', owner: 'unit', end: null, pauses: false}, {code: 'suspended', label: '挂账', owner: 'centre', end: null, pauses: true},
    {code: 'closed', label: '已结案', owner: 'centre', end: 'closed', pauses: false},
  ]
  const p = {code: 'report', states, actions: [{task: 'handle', to: 'accepted', by: ['unit']}]} as unknown as Procedure
  it('has a queue for each state of the centre', () => {
    const tabs = tabsOf([p], {returned: '退回', consent: '审批'}, 'centre')
    expect(tabs.map((x) => x.key)).toEqual(['filed', 'accepted', 'returned', 'consent'])
    expect(tabs[1]?.q).toBe('state:accepted -flag:returned')
    expect(tabs[3]?.q).toBe('status:open unit:centre -state:filed -state:accepted')
    expect(tabsOf([], {returned: '', consent: ''}, 'centre')).toEqual([])
  })
  it('goes on to the next', () => {
    expect(nextOf(['a', 'b', 'c'], 'b')).toBe('c')
    expect(nextOf(['a', 'b'], 'b')).toBe('a')
    expect(nextOf(['a'], 'a')).toBe('')
    expect(nextOf(['a', 'b'], 'x')).toBe('a')
  })
})

describe('a call', () => {
  const d: Draft = {text: ' 灯坏了 ', address: '', lon: null, lat: null, name: '', phone: ' 138 ', channel: 'phone', category: '', condition: '', same_as: '', same_label: '', about: '', about_unit: '', earlier: '', call_at: '', call_note: '', article: '', answer: '', basis: ''}
  it('is sent with what was said only', () => {
    expect(reportOf(d, [])).toEqual({text: '灯坏了', channel: 'phone', contact: {phone: '138'}})
    expect(reportOf({...d, phone: '', lon: 1, lat: 2, same_as: 'JT1', about: 'conduct'}, ['m'])).toEqual({text: '灯坏了', channel: 'phone', lon: 1, lat: 2, same_as: 'JT1', media: ['m']})
    expect(reportOf({...d, about: 'service', about_unit: 'u1'}, []).about).toEqual({kind: 'service', unit: 'u1'})
  })
})

describe('the duty room', () => {
  const row = (f: Partial<Row>): Row => ({number: 'A', missed: false, actions: [], ...f}) as Row
  it('tells the shifts that are late, and the acts of one task from those of another', () => {
    expect(lateShifts([row({number: 'A'}), row({number: 'B', missed: true})]).map((r) => r.number)).toEqual(['B'])
    const offer = (action: string, task?: number): Offer => ({action, label: action, fields: [], ...(task === undefined ? {} : {task})})
    const r = row({actions: [offer('note'), offer('sign', 1), offer('sign', 2)]})
    expect(offersOf(r).map((o) => o.task)).toEqual([1, 2])
    expect(offersOf(r, 2).map((o) => o.task)).toEqual([2])
  })
  it('puts the turns of a roster together by the day they begin on', () => {
    const turn = (begins: string): Turn => ({desk: null, begins, ends: begins, people: []})
    const days = byDay([turn('2026-11-25T08:00'), turn('2026-11-25T20:00'), turn('2026-11-26T08:00')], (at) => at.slice(0, 10))
    expect(days.map((d) => [d.day, d.turns.length])).toEqual([['2026-11-25', 2], ['2026-11-26', 1]])
  })
})
