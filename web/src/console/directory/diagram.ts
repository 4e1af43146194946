/** From a procedure, as the server describes it, to the boxes and arrows of its diagram. Pure. */
import type {Procedure, ProcedureAction, ProcedureState} from '../procedures'
import {layout, textWidth, type ArrowOut, type BoxOut} from './layout'

export interface DiagramState extends BoxOut { state: ProcedureState; lines: string[] }
export interface DiagramArrow extends ArrowOut { words: string[]; isJoin: boolean; isUp: boolean }
export interface Diagram { width: number; height: number; states: DiagramState[]; arrows: DiagramArrow[] }

/** The words around the labels, in the reader's language. */
export interface DiagramWords { join: string; back: (actions: string) => string; anywhere: (actions: string) => string; clock: (s: ProcedureState) => string }

const SIZE = 13, LINE = 17, SMALL = 12, WRAP = 15, WIDEST = 180

interface Step { from: string; to: string; words: string[]; isJoin: boolean }

/** Actions between the same two states are one arrow with several lines. */
function steps(states: ProcedureState[], moves: {from: string[]; to: string | null; label: string}[], joins: {from: string; to: string}[], join: string): Step[] {
  const known = new Set(states.map((s) => s.code)), found = new Map<string, Step>()
  const add = (from: string, to: string, word: string, isJoin: boolean): void => {
    if (from === to || !known.has(from) || !known.has(to)) return
    const key = from + '>' + to, step = found.get(key)
    if (!step) found.set(key, {from, to, words: [word], isJoin})
    else if (!step.words.includes(word)) step.words.push(word)
  }
  for (const m of moves) if (m.to && m.to !== 'back' && !m.from.includes('*')) for (const from of m.from) add(from, m.to, m.label, false)
  for (const j of joins) add(j.from, j.to, join, true)
  return [...found.values()]
}

const wrap = (words: string[]): string[] => {
  const lines: string[] = []
  for (const w of words) {
    const last = lines[lines.length - 1]
    if (last !== undefined && textWidth(last + w, 1) < WRAP) lines[lines.length - 1] = `${last} / ${w}`
    else lines.push(w)
  }
  return lines
}

/** A long line as several, broken where words end. */
export function fold(text: string, widest = WIDEST): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && textWidth(`${last} ${word}`, SMALL) <= widest) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function make(states: ProcedureState[], moves: {from: string[]; to: string | null; label: string}[], joins: {from: string; to: string}[], words: DiagramWords): Diagram {
  const listed = (pick: (m: (typeof moves)[number]) => boolean): string => moves.filter(pick).map((m) => m.label).join(' / ')
  const boxes = states.map((s) => {
    const back = listed((m) => m.to === 'back' && m.from.includes(s.code)), anywhere = listed((m) => m.to === s.code && m.from.includes('*'))
    const lines = [words.clock(s), back && words.back(back), anywhere && words.anywhere(anywhere)].filter((l): l is string => !!l).flatMap((l) => fold(l))
    const w = Math.max(96, textWidth(s.label, SIZE + 1) + 28, ...lines.map((l) => textWidth(l, SMALL) + 24))
    return {id: s.code, w, h: 30 + lines.length * LINE, state: s, lines}
  })
  const arrows = steps(states, moves, joins, words.join).map((s) => {
    const lines = wrap(s.words).flatMap((l) => fold(l, 130))
    return {...s, words: lines, w: Math.max(...lines.map((l) => textWidth(l, SMALL))) + 8, h: lines.length * LINE}
  })
  const picture = layout(boxes, arrows), position = new Map(states.map((s, i) => [s.code, i]))
  return {
    width: picture.width, height: picture.height,
    states: picture.boxes.map((b, i) => ({...b, state: boxes[i]!.state, lines: boxes[i]!.lines})),
    arrows: picture.arrows.map((a) => ({...(a as ArrowOut & Step), isUp: (position.get(a.from) ?? 0) > (position.get(a.to) ?? 0)})),
  }
}

/** The machine of the case itself. */
export function procedureDiagram(p: Procedure, words: DiagramWords): Diagram {
  return make(p.states, p.actions, p.joins, words)
}

/** The machine of one kind of task. */
export function taskDiagram(p: Procedure, task: string, words: DiagramWords): Diagram | null {
  const kind = p.tasks.find((k) => k.code === task)
  return kind ? make(kind.states, p.actions.filter((a) => a.task === task).map((a) => ({from: a.task_from, to: a.task_to, label: a.label})), [], words) : null
}

/** What may be done in a state, and where each leads; actions of tasks are told with their task. */
export function actionsFrom(p: Procedure, state: string): ProcedureAction[] {
  return p.actions.filter((a) => !a.task && (a.from.includes(state) || (a.from.includes('*') && !p.states.find((s) => s.code === state)?.end)))
}
