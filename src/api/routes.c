/* The table of routes. What stands here is served, described by OpenAPI and tried by the tests with every role. */
#include "api/api_int.h"

#define JSON_BODY (64u << 10)
#define PHOTO_BODY (21u << 20)

static const struct http_route ROUTES[] = {
    /* reports and their reporters */
    {HTTP_POST, "/api/v1/media", media_post, HTTP_MULTIPART | HTTP_ANY_BODY | HTTP_PUBLIC_WRITE, PHOTO_BODY,
     "uploadMedia", "Uploads one photo, to be named in media[] of a report", "binary", "Media", ""},
    {HTTP_POST, "/api/v1/reports", report_post, HTTP_JSON | HTTP_PUBLIC_WRITE, JSON_BODY, "fileReport",
     "Files a report", "Report", "Filed", ""},
    {HTTP_GET, "/api/v1/similar", similar_get, 0, 0, "findSimilar", "What is already known near a place", "", "Similar",
     ""},
    {HTTP_GET, "/api/v1/track/{track}", track_get, 0, 0, "trackReport", "What happened to a report", "", "Track", ""},
    {HTTP_GET, "/api/v1/track/{track}/receipt", track_receipt, 0, 0, "getReceipt",
     "Proof that the report is in the log", "", "Receipt", ""},
    {HTTP_GET, "/api/v1/track/{track}/media/{id}", track_media, 0, 0, "getTrackMedia", "A photo of the report", "",
     "binary", ""},
    {HTTP_POST, "/api/v1/track/{track}/{action}", track_post, HTTP_JSON | HTTP_PUBLIC_WRITE, JSON_BODY, "actOnTrack",
     "The reporter answers, rates, reopens, withdraws or adds", "Fields", "TrackState", ""},
    /* staff */
    {HTTP_POST, "/api/v1/session", session_post, HTTP_JSON | HTTP_PUBLIC_WRITE, 4096, "login", "Logs in", "Login",
     "Session", ""},
    {HTTP_GET, "/api/v1/session", session_get, 0, 0, "whoAmI", "Who is logged in", "", "Session", "staff"},
    {HTTP_DELETE, "/api/v1/session", session_delete, 0, 0, "logout", "Logs out", "", "", "staff"},
    {HTTP_GET, "/api/v1/cases", cases_list, 0, 0, "listCases", "Cases that satisfy a query", "", "CaseList", "staff"},
    {HTTP_GET, "/api/v1/cases/{number}", case_get, 0, 0, "getCase", "One case", "", "Case", "staff"},
    {HTTP_POST, "/api/v1/cases/{number}/actions/{action}", case_act, HTTP_JSON, JSON_BODY, "actOnCase",
     "An action of the procedure", "Fields", "Case", "staff"},
    {HTTP_POST, "/api/v1/cases/{number}/contact", case_contact, HTTP_JSON, 4096, "readContact",
     "Contact data for a stated purpose; the reading is an entry", "Purpose", "Contact", "staff"},
    {HTTP_POST, "/api/v1/cases/{number}/erase", case_erase, HTTP_JSON, 4096, "eraseWords",
     "Erases words and contact; the facts stay", "Reason", "Case", "staff"},
    {HTTP_GET, "/api/v1/cases/{number}/receipt", case_receipt, 0, 0, "getCaseReceipt",
     "Proof of the case's first entry", "", "Receipt", "staff"},
    {HTTP_GET, "/api/v1/cases/{number}/media/{id}", media_get, 0, 0, "getMedia", "A photo of a case", "", "binary",
     "staff"},
    {HTTP_GET, "/api/v1/stats", stats_get, 0, 0, "countCases", "Counts by one or two dimensions", "", "Stats", "staff"},
    {HTTP_GET, "/api/v1/events", events_get, 0, 0, "streamCases", "Live feed of cases that satisfy a query", "",
     "events", "staff"},
    /* the city */
    {HTTP_GET, "/api/v1/areas", areas_get, 0, 0, "listAreas", "Areas with shapes, by level", "", "FeatureCollection",
     ""},
    {HTTP_GET, "/api/v1/areas/locate", area_locate, 0, 0, "locate", "The areas that hold a point, from grid upwards",
     "", "Located", ""},
    {HTTP_GET, "/api/v1/city", city_get, 0, 0, "getCity", "Categories, conditions, units and channels of the city", "",
     "City", ""},
    {HTTP_GET, "/api/openapi.json", openapi_get, 0, 0, "getOpenApi", "This description", "", "object", ""},
    /* operation */
    {HTTP_GET, "/healthz", health_live, 0, 0, "isAlive", "Liveness", "", "text", ""},
    {HTTP_GET, "/readyz", health_ready, 0, 0, "isReady", "Readiness: store reachable, disk not full", "", "text", ""},
    {HTTP_GET, "/metrics", metrics_get, 0, 0, "getMetrics", "Prometheus text", "", "text", ""},
    /* the resident's plain pages */
    {HTTP_GET, "/", page_home, 0, 0, "", "", "", "", ""},
    {HTTP_GET, "/resident/", page_report, 0, 0, "", "", "", "", ""},
    {HTTP_GET, "/resident/style.css", page_style, 0, 0, "", "", "", "", ""},
    {HTTP_GET, "/resident/report", page_report, 0, 0, "", "", "", "", ""},
    {HTTP_POST, "/resident/report", page_report_post, HTTP_FORM | HTTP_MULTIPART | HTTP_PUBLIC_WRITE, PHOTO_BODY, "",
     "", "", "", ""},
    {HTTP_GET, "/resident/receipt/{track}", page_receipt, 0, 0, "", "", "", "", ""},
    {HTTP_GET, "/resident/track", page_find, 0, 0, "", "", "", "", ""},
    {HTTP_POST, "/resident/track", page_find_post, HTTP_FORM | HTTP_PUBLIC_WRITE, 4096, "", "", "", "", ""},
    {HTTP_GET, "/resident/track/{track}", page_track, 0, 0, "", "", "", "", ""},
    {HTTP_GET, "/resident/track/{track}/media/{id}", page_track_media, 0, 0, "", "", "", "", ""},
    {HTTP_POST, "/resident/track/{track}/{action}", page_track_post, HTTP_FORM | HTTP_MULTIPART | HTTP_PUBLIC_WRITE,
     PHOTO_BODY, "", "", "", "", ""},
};

const struct http_route *api_routes(size_t *ret_n) {
    *ret_n = ARRAY_LEN(ROUTES);
    return ROUTES;
}
