/** When the wall raises its voice: rules that can be read, not a model. Pure. */
export interface Pulse { at: number; overdue: number; filedHour: number; filedWeek: number }
export interface Alert { key: 'wall.alert_overdue' | 'wall.alert_filed'; n: number; before: number }

const HOUR = 3_600_000
const OVERDUE_RISE = 5, OVERDUE_SHARE = 0.3, FILED_MIN = 20, FILED_TIMES = 3

/** Pulses of the last hour; older ones are dropped. */
export const keepHour = (pulses: Pulse[], now: number): Pulse[] => pulses.filter((p) => now - p.at <= HOUR)

/** Overdue cases have risen by 5 and by 30 % within the hour; or three times as many were filed in the last hour as in
 * the mean hour of the week, and at least 20. in: oldest first. */
export function alertsOf(pulses: Pulse[]): Alert[] {
  const last = pulses[pulses.length - 1], alerts: Alert[] = []
  if (!last) return alerts
  const low = Math.min(...pulses.map((p) => p.overdue)), rise = last.overdue - low
  if (rise >= OVERDUE_RISE && rise >= low * OVERDUE_SHARE) alerts.push({key: 'wall.alert_overdue', n: last.overdue, before: low})
  const usual = last.filedWeek / (7 * 24)
  if (last.filedHour >= FILED_MIN && last.filedHour >= usual * FILED_TIMES) alerts.push({key: 'wall.alert_filed', n: last.filedHour, before: Math.round(usual)})
  return alerts
}
