/* The tasks by name, for tests that make an experiment without a config. */
#ifndef RONDO_TESTS_TASKS_H
#define RONDO_TESTS_TASKS_H

#include "config/task.h"

extern const rondo_task rondo_task_language_model;
extern const rondo_task rondo_task_tagging;
extern const rondo_task rondo_task_classification;
extern const rondo_task rondo_task_regression;
extern const rondo_task rondo_task_forecasting;
extern const rondo_task rondo_task_translation;
extern const rondo_task rondo_task_transcription;

#endif
