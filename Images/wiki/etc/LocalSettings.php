<?php
// The wiki's settings. It is read-only for visitors and never talks to anything but its own files.
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}
$wgSitename = 'GodHand Wiki';
$wgMetaNamespace = 'Project';
$wgServer = 'http://wiki';
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = false;
$wgResourceBasePath = '';
$wgLanguageCode = 'en';
$wgLocaltimezone = 'UTC';

$home = getenv( 'HOME' ) ?: '/home/user';
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = "$home/data";
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => [
		'type' => 'sqlite', 'dbname' => 'wikicache', 'tablePrefix' => '', 'dbDirectory' => $wgSQLiteDataDir,
		'variables' => [ 'synchronous' => 'NORMAL' ], 'trxMode' => 'IMMEDIATE', 'flags' => 0,
	],
];
$wgSecretKey = trim( (string)@file_get_contents( "$home/data/secret" ) ) ?: 'build';
$wgAuthenticationTokenVersion = '1';

// Pages are rendered when the image is built and kept in the database; what every request needs is kept in memory.
$wgMainCacheType = CACHE_ACCEL;
$wgParserCacheType = CACHE_DB;
$wgParserCacheExpireTime = 10 * 365 * 86400;
$wgMessageCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgLocalisationCacheConf = [
	'class' => LocalisationCache::class, 'store' => 'array', 'storeClass' => false,
	'storeDirectory' => '/usr/share/godhand/l10n', 'manualRecache' => true,
];
$wgCacheDirectory = '/tmp/wiki-cache';
$wgCacheEpoch = '20200101000000';
$wgInvalidateCacheOnLocalSettingsChange = false;
$wgUseFileCache = false;
$wgJobRunRate = 0;
$wgMiserMode = false;
$wgResourceLoaderMaxage = [ 'versioned' => 30 * 86400, 'unversioned' => 86400 ];

$wgGroupPermissions['*']['edit'] = false;
$wgGroupPermissions['*']['createaccount'] = false;
$wgEnableUploads = false;
$wgEnableEmail = false;
$wgAllowExternalImages = false;
$wgPingback = false;
$wgRightsText = 'the licence of the GodHand project';
$wgDisableCounters = true;
$wgSearchType = 'SearchSqlite';
$wgAllowUserCss = false;
$wgCookieExpiration = 86400;

wfLoadSkin( 'Vector' );
$wgDefaultSkin = 'vector-2022';
$wgVectorResponsive = false;
$wgLogos = false;
