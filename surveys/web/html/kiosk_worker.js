/* Lets the page of a tablet open without network: the newest one that came is kept. Answers never pass here. */
const shelf = "kiosk";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
    if (event.request.mode !== "navigate") return;
    event.respondWith((async () => {
        const kept = await caches.open(shelf);
        try {
            const answer = await fetch(event.request);
            if (answer.ok && !answer.redirected) await kept.put(event.request.url, answer.clone());
            if (answer.status < 500) return answer;
        } catch {}
        return await kept.match(event.request.url) || Response.error();
    })());
});
