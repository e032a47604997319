// Defaults for every profile: nothing asks, nothing phones, nothing moves by itself. The sandbox stays as it is.

// A machine that was copied while Firefox ran: take up where it was, without a question.
pref("browser.sessionstore.resume_from_crash", true);
pref("browser.sessionstore.max_resumed_crashes", -1);
pref("browser.sessionstore.interval", 200);
pref("toolkit.startup.max_resumed_crashes", -1);
pref("toolkit.winRegisterApplicationRestart", false);

// No first run, no tours, no offers.
pref("browser.startup.page", 1);
pref("browser.startup.homepage", "about:blank");
pref("browser.startup.homepage_override.mstone", "ignore");
pref("browser.startup.firstrunSkipsHomepage", false);
pref("browser.startup.blankWindow", false);
pref("browser.newtabpage.enabled", false);
pref("browser.newtab.preload", false);
pref("browser.newtabpage.activity-stream.feeds.system.topstories", false);
pref("browser.newtabpage.activity-stream.feeds.weatherfeed", false);
pref("browser.newtabpage.activity-stream.showWeather", false);
pref("browser.profiles.enabled", false);
pref("sidebar.revamp", false);
pref("browser.aboutwelcome.enabled", false);
pref("browser.preonboarding.enabled", false);
pref("trailhead.firstrun.didSeeAboutWelcome", true);
pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
pref("browser.shell.checkDefaultBrowser", false);
pref("browser.uitour.enabled", false);
pref("browser.aboutConfig.showWarning", false);
pref("browser.warnOnQuit", false);
pref("browser.tabs.warnOnClose", false);
pref("browser.tabs.closeWindowWithLastTab", false);
pref("browser.translations.enable", false);
pref("browser.ml.enable", false);
pref("browser.vpn_promo.enabled", false);
pref("browser.promo.focus.enabled", false);
pref("browser.urlbar.quicksuggest.enabled", false);
pref("browser.urlbar.suggest.trending", false);
pref("browser.urlbar.suggest.weather", false);
pref("browser.urlbar.showSearchTerms.enabled", false);
pref("browser.tabs.firefox-view", false);
pref("browser.toolbars.bookmarks.visibility", "never");
pref("browser.download.alwaysOpenPanel", false);
pref("extensions.pocket.enabled", false);
pref("signon.rememberSignons", false);
pref("identity.fxaccounts.enabled", false);

// No connection that a page did not ask for.
pref("app.normandy.enabled", false);
pref("app.shield.optoutstudies.enabled", false);
pref("toolkit.telemetry.enabled", false);
pref("toolkit.telemetry.unified", false);
pref("toolkit.telemetry.server", "");
pref("toolkit.telemetry.archive.enabled", false);
pref("datareporting.healthreport.uploadEnabled", false);
pref("datareporting.usage.uploadEnabled", false);
pref("browser.region.update.enabled", false);
pref("browser.region.network.url", "");
pref("browser.search.update", false);
pref("browser.search.suggest.enabled", false);
pref("browser.safebrowsing.malware.enabled", false);
pref("browser.safebrowsing.phishing.enabled", false);
pref("browser.safebrowsing.downloads.enabled", false);
pref("browser.safebrowsing.downloads.remote.enabled", false);
pref("browser.safebrowsing.provider.mozilla.updateURL", "");
pref("browser.safebrowsing.provider.google4.updateURL", "");
pref("browser.safebrowsing.provider.google5.updateURL", "");
pref("services.settings.server", "data:,#remote-settings-dummy/v1");
pref("extensions.getAddons.cache.enabled", false);
pref("extensions.systemAddon.update.enabled", false);
pref("extensions.update.enabled", false);
pref("extensions.blocklist.enabled", false);
pref("media.gmp-manager.url", "");
pref("media.gmp-provider.enabled", false);
pref("network.captive-portal-service.enabled", false);
pref("network.connectivity-service.enabled", false);
pref("network.dns.disablePrefetch", true);
pref("network.prefetch-next", false);
pref("network.predictor.enabled", false);
pref("network.http.speculative-parallel-limit", 0);
pref("network.trr.mode", 5);
pref("dom.push.connection.enabled", false);
pref("security.OCSP.enabled", 0);
pref("security.remote_settings.crlite_filters.enabled", false);
pref("security.remote_settings.intermediates.enabled", false);
pref("browser.topsites.contile.enabled", false);

// A name without a dot is a machine of the private network, not something to search for.
pref("browser.fixup.dns_first_for_single_words", true);
pref("browser.fixup.domainwhitelist.wiki", true);

// A screen that holds still.
pref("ui.caretBlinkTime", 0);
pref("ui.prefersReducedMotion", 1);
pref("toolkit.cosmeticAnimations.enabled", false);
pref("general.smoothScroll", false);
pref("browser.tabs.hoverPreview.enabled", false);

// There is no graphics card: do not look for one.
pref("gfx.webrender.software", true);
pref("webgl.disabled", true);
pref("media.hardware-video-decoding.enabled", false);
