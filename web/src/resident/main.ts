/** The comfort of the resident's pages, which the server writes and which work without this. */
import './resident.css'
