// Every page comes with the first load: one that is fetched later cannot be had without a network. Only the map is apart.
import {createRouter, createWebHashHistory} from 'vue-router'
import CasePage from './CasePage.vue'
import MePage from './MePage.vue'
import OutboxPage from './OutboxPage.vue'
import PatrolPage from './PatrolPage.vue'
import ReceiptPage from './ReceiptPage.vue'
import ReportPage from './ReportPage.vue'
import TasksPage from './TasksPage.vue'

/** Which of the five places at the bottom a page belongs to. */
export const PLACES: Record<string, string> = {tasks: 'tasks', case: 'tasks', patrol: 'patrol', report: 'report', outbox: 'outbox', receipt: 'outbox', me: 'me'}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {path: '/', name: 'tasks', component: TasksPage},
    {path: '/case/:number', name: 'case', component: CasePage},
    {path: '/patrol', name: 'patrol', component: PatrolPage},
    {path: '/report', name: 'report', component: ReportPage},
    {path: '/outbox', name: 'outbox', component: OutboxPage},
    {path: '/receipt/:id', name: 'receipt', component: ReceiptPage},
    {path: '/me', name: 'me', component: MePage},
    {path: '/:rest(.*)*', redirect: '/'},
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? {left: 0, top: 0},
})
