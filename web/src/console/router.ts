/** Pages of the console. Addresses live behind #, so that the server needs to know none of them; their query holds the
 * state of a page, so that a link shows what its sender saw. */
import {createRouter, createWebHashHistory, type RouteRecordRaw} from 'vue-router'
import {mayAudit, mayCount, mayKeep, mayRoute} from '@/shared/session'

/** The parts of the navigation, in their order. */
export const groups = ['work', 'duty', 'prevent', 'figures', 'system'] as const
export type Group = typeof groups[number]

declare module 'vue-router' {
  interface RouteMeta { title: string; key?: string; may?: () => boolean; group?: Group }
}

export const pages: RouteRecordRaw[] = [
  {path: '/desk', name: 'desk', component: () => import('./desk/DeskPage.vue'), meta: {group: 'work', title: 'nav.desk', key: 'g d', may: () => mayRoute.value}},
  {path: '/call', name: 'call', component: () => import('./desk/CallPage.vue'), meta: {group: 'work', title: 'nav.call', key: 'g c', may: () => mayRoute.value}},
  {path: '/cases', name: 'cases', component: () => import('./cases/ListPage.vue'), meta: {group: 'work', title: 'nav.cases', key: 'g l'}},
  {path: '/map', name: 'map', component: () => import('./map/MapPage.vue'), meta: {group: 'work', title: 'nav.map', key: 'g m'}},
  {path: '/emergency', name: 'emergency', component: () => import('./emergency/EmergencyPage.vue'), meta: {group: 'duty', title: 'nav.emergency', key: 'g y'}},
  {path: '/duty', name: 'duty', component: () => import('./duty/DutyPage.vue'), meta: {group: 'duty', title: 'duty.title', key: 'g u', may: () => mayKeep.value}},
  {path: '/knowledge', name: 'knowledge', component: () => import('./knowledge/KnowledgePage.vue'), meta: {group: 'duty', title: 'nav.knowledge', key: 'g k'}},
  {path: '/inspections', name: 'inspections', component: () => import('./prevent/InspectionsPage.vue'), meta: {group: 'prevent', title: 'nav.inspections', key: 'g p'}},
  {path: '/hazards', name: 'hazards', component: () => import('./prevent/HazardsPage.vue'), meta: {group: 'prevent', title: 'nav.hazards', key: 'g h'}},
  {path: '/registers', name: 'registers', component: () => import('./prevent/RegistersPage.vue'), meta: {group: 'prevent', title: 'nav.registers', key: 'g b'}},
  {path: '/sensors', name: 'sensors', component: () => import('./prevent/SensorsPage.vue'), meta: {group: 'prevent', title: 'nav.sensors', key: 'g o'}},
  {path: '/grids', name: 'grids', component: () => import('./grids/GridsPage.vue'), meta: {group: 'prevent', title: 'nav.grids', key: 'g n', may: () => mayCount.value}},
  {path: '/insight', name: 'insight', component: () => import('./insight/InsightPage.vue'), meta: {group: 'figures', title: 'nav.insight', key: 'g i', may: () => mayCount.value}},
  {path: '/stats', name: 'stats', component: () => import('./stats/StatsPage.vue'), meta: {group: 'figures', title: 'nav.stats', key: 'g s', may: () => mayCount.value}},
  {path: '/directory', name: 'directory', component: () => import('./directory/DirectoryPage.vue'), meta: {group: 'system', title: 'nav.directory', key: 'g r'}},
  {path: '/audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: {group: 'system', title: 'nav.audit', key: 'g a', may: () => mayAudit.value}},
  {path: '/settings', name: 'settings', component: () => import('./settings/SettingsPage.vue'), meta: {group: 'system', title: 'nav.settings', key: 'g e'}},
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {path: '/', redirect: () => (mayRoute.value ? '/desk' : '/cases')},
    ...pages,
    {path: '/cases/:number', name: 'case', component: () => import('./cases/CasePage.vue'), meta: {title: 'nav.case'}},
    {path: '/duty/sheet/:number', name: 'duty_sheet', component: () => import('./duty/SheetPage.vue'), meta: {title: 'duty.sheet'}},
    {path: '/grid/:grid', name: 'grid', component: () => import('./grids/GridPage.vue'), meta: {title: 'grids.page'}},
    {path: '/print/:kind/:number', name: 'print', component: () => import('./print/PrintPage.vue'), meta: {title: 'nav.print'}},
    {path: '/:rest(.*)*', redirect: '/cases'},
  ],
})
