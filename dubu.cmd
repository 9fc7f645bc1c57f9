@echo off
rem `dubu run` opens the window, `dubu test` checks everything; both first set up what this machine lacks.
rem The stamp in the virtual environment is a copy of the lock: while they are equal nothing else is looked at.
rem Plain ASCII on purpose: what people read in Chinese stands in tools\*.txt (UTF-8).
setlocal EnableExtensions DisableDelayedExpansion
set "PYTHONHOME="
set "PYTHONPATH="
set "PYTHONUTF8=1"
set "HERE=%~dp0"
set "VENV=%HERE%.venv"
set "PY=%VENV%\Scripts\python.exe"

if not exist "%PY%" goto setup
fc /b "%HERE%requirements.lock" "%VENV%\dubu.lock" >nul 2>nul
if errorlevel 1 goto setup
goto start

:setup
chcp 65001 >nul
type "%HERE%tools\setup-begins.txt"
if exist "%VENV%\dubu.lock" del "%VENV%\dubu.lock"
"%PY%" -c "import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" >nul 2>nul
if not errorlevel 1 goto packages
set "FOUND="
for %%V in (3.12 3.13 3.11) do call :try py -%%V
call :try python
if not defined FOUND goto nopython
if exist "%VENV%" rmdir /s /q "%VENV%"
%FOUND% -m venv "%VENV%"
if errorlevel 1 goto failed

:packages
set OFFLINE=
if exist "%HERE%wheelhouse\" set OFFLINE=--no-index --find-links "%HERE%wheelhouse"
"%PY%" -m pip install --require-hashes --no-input --disable-pip-version-check %OFFLINE% -r "%HERE%requirements.lock"
if errorlevel 1 goto failed
copy /y "%HERE%requirements.lock" "%VENV%\dubu.lock" >nul
if errorlevel 1 goto failed

:start
if "%~1"=="" goto window
for %%C in (test lint bench prove pictures) do if "%~1"=="%%C" goto develop
"%PY%" "%HERE%main.py" %*
exit /b %ERRORLEVEL%

:window
"%PY%" "%HERE%main.py" run
exit /b %ERRORLEVEL%

:develop
"%PY%" "%HERE%tools\dev.py" %*
exit /b %ERRORLEVEL%

:try
if defined FOUND exit /b 0
%* -c "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" >nul 2>nul
if not errorlevel 1 set "FOUND=%*"
exit /b 0

:nopython
type "%HERE%tools\setup-python.txt"
exit /b 1

:failed
type "%HERE%tools\setup-failed.txt"
exit /b 1
