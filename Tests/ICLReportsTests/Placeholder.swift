import ICLReports
