/** Pages of the console. Addresses live behind #, so that the server needs to know none of them; their query holds the
 * state of a page, so that a link shows what its sender saw. */
import {createRouter, createWebHashHistory, type RouteRecordRaw} from 'vue-router'
import {mayAudit, mayCount, mayRoute} from '@/shared/session'

declare module 'vue-router' {
  interface RouteMeta { title: string; key?: string; may?: () => boolean }
}

export const pages: RouteRecordRaw[] = [
  {path: '/map', name: 'map', component: () => import('./map/MapPage.vue'), meta: {title: 'nav.map', key: 'g m'}},
  {path: '/cases', name: 'cases', component: () => import('./cases/ListPage.vue'), meta: {title: 'nav.cases', key: 'g l'}},
  {path: '/desk', name: 'desk', component: () => import('./desk/DeskPage.vue'), meta: {title: 'nav.desk', key: 'g d', may: () => mayRoute.value}},
  {path: '/call', name: 'call', component: () => import('./desk/CallPage.vue'), meta: {title: 'nav.call', key: 'g c', may: () => mayRoute.value}},
  {path: '/stats', name: 'stats', component: () => import('./stats/StatsPage.vue'), meta: {title: 'nav.stats', key: 'g s', may: () => mayCount.value}},
  {path: '/grids', name: 'grids', component: () => import('./grids/GridsPage.vue'), meta: {title: 'nav.grids', key: 'g n', may: () => mayCount.value}},
  {path: '/directory', name: 'directory', component: () => import('./directory/DirectoryPage.vue'), meta: {title: 'nav.directory', key: 'g r'}},
  {path: '/audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: {title: 'nav.audit', key: 'g a', may: () => mayAudit.value}},
  {path: '/settings', name: 'settings', component: () => import('./settings/SettingsPage.vue'), meta: {title: 'nav.settings', key: 'g e'}},
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {path: '/', redirect: () => (mayRoute.value ? '/desk' : '/cases')},
    ...pages,
    {path: '/cases/:number', name: 'case', component: () => import('./cases/CasePage.vue'), meta: {title: 'nav.case'}},
    {path: '/grid/:grid', name: 'grid', component: () => import('./grids/GridPage.vue'), meta: {title: 'grids.page'}},
    {path: '/print/:kind/:number', name: 'print', component: () => import('./print/PrintPage.vue'), meta: {title: 'nav.print'}},
    {path: '/:rest(.*)*', redirect: '/cases'},
  ],
})
